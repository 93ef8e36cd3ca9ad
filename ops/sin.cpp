#include "chronograd/ops/sin.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/cos.h"
#include "chronograd/ops/mul.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::sin, 0}};

const Op op{
    .name = "sin",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d, int) { return d.dy() * cos(d.input(0)); },
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor sin(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
