#include "chronograd/ops/div.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::div, 0, 1}};

Tensor gradient(const Differential& d, int k) {
  const Tensor b = d.input(1);
  if (k == 0) return detail::sum_to(d.dy() / b, d.input_shape(0));
  // What b is broadcast over is summed first: there is less to divide then.
  return -detail::sum_to(d.dy() * d.output(), b.shape()) / b;
}

const Op op{
    .name = "div",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::div>,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b10}, {.inputs = 0b10, .outputs = 1}}},
};

}  // namespace

Tensor div(Operand a, Operand b) { return apply(op, std::move(a), std::move(b)); }

}  // namespace chronograd
