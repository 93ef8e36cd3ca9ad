#include "chronograd/ops/asinh.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/hypot.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::asinh, 0}};

Tensor gradient(const Differential& d, int) { return d.dy() / hypot(d.input(0), 1); }

const Op op{
    .name = "asinh",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor asinh(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
