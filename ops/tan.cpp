#include "chronograd/ops/tan.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::tan, 0}};

Tensor gradient(const Differential& d, int) { return d.dy() + d.dy() * square(d.output()); }

const Op op{
    .name = "tan",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor tan(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
