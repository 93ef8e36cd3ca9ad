#include "chronograd/ops/rsqrt.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::rsqrt, 0}};

const Op op{
    .name = "rsqrt",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d,
                   int) { return -0.5 * d.dy() * d.output() * square(d.output()); },
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor rsqrt(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
