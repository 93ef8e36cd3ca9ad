#include "chronograd/ops/mul.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/detail/sum_to.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::mul, 0, 1}};

Tensor gradient(const Differential& d, int k) {
  return detail::sum_to(mul(d.dy(), d.input(1 - k)), d.input_shape(k));
}

const Op op{
    .name = "mul",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::mul>,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b10}, {.inputs = 0b01}}},
};

}  // namespace

Tensor mul(Operand a, Operand b) { return apply(op, std::move(a), std::move(b)); }

}  // namespace chronograd
