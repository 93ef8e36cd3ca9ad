#include "chronograd/ops/div.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::div, 0, 1}};

Tensor gradient(const Differential& d, int k) {
  const Tensor da = d.dy() / d.input(1);
  return detail::sum_to(k == 0 ? da : -da * d.output(), d.input_shape(k));
}

const Op op{
    .name = "div",
    .infer = infer_arithmetic,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b10}, {.inputs = 0b10, .outputs = 1}}},
};

}  // namespace

Tensor div(Operand a, Operand b) { return apply(op, {a, b}); }

}  // namespace chronograd
