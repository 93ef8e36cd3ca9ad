#include "chronograd/ops/hypot.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::hypot, 0, 1}};

// x / y first, since dy / y may leave the range of the numbers.
Tensor gradient(const Differential& d, int k) {
  const Tensor y = d.output();
  const Tensor direction = d.input(k) / where(equal(y, 0), 1, y);
  return detail::sum_to(d.dy() * direction, d.input_shape(k));
}

const Op op{
    .name = "hypot",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b01, .outputs = 1}, {.inputs = 0b10, .outputs = 1}}},
};

}  // namespace

Tensor hypot(Operand a, Operand b) { return apply(op, a, b); }

}  // namespace chronograd
