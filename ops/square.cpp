#include "chronograd/ops/square.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/mul.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::square, 0}};

const Op op{
    .name = "square",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::square>,
    .gradient = [](const Differential& d, int) { return 2 * d.dy() * d.input(0); },
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor square(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
