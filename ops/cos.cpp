#include "chronograd/ops/cos.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/sin.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::cos, 0}};

const Op op{
    .name = "cos",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d, int) { return -d.dy() * sin(d.input(0)); },
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor cos(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
