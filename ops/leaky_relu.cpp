#include "chronograd/ops/leaky_relu.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// Registers: 0 is x, 1 the slope, 2 the number 0. A slope of 0 times -inf would be NaN.
constexpr Instruction program[] = {
    {Scalar::less, 0, 2},       // 3
    {Scalar::mul, 1, 0},        // 4
    {Scalar::select, 1, 4, 2},  // 5
    {Scalar::select, 3, 5, 0},  // 6
};

Tensor gradient(const Differential& d, int k) {
  const Tensor below = d.input(0) < 0;
  const Tensor dx =
      k == 0 ? where(below, d.dy() * d.input(1), d.dy()) : where(below, d.dy() * d.input(0), 0);
  return detail::sum_to(dx, d.input_shape(k));
}

const Op op{
    .name = "leaky_relu",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::leaky_relu>,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b11}, {.inputs = 0b01}, {.inputs = 0b01}}},
};

}  // namespace

Tensor leaky_relu(Operand x, Operand slope) {
  return apply(op, {std::move(x), std::move(slope), 0});
}

}  // namespace chronograd
