#include "chronograd/ops/hypot.h"

#include <limits>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/minimum.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::hypot, 0, 1}};

// x / y first, since dy / y may leave the range of the numbers. What is infinite counts as the
// largest number, so that it has a direction.
Tensor gradient(const Differential& d, int k) {
  const double largest = d.input_dtype(k) == DType::f32 ? std::numeric_limits<float>::max()
                                                        : std::numeric_limits<double>::max();
  const Tensor x = clamp(d.input(k), -largest, largest);
  const Tensor y = minimum(d.output(), largest);
  const Tensor direction = x / where(equal(y, 0), 1, y);
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

Tensor hypot(Operand a, Operand b) { return apply(op, std::move(a), std::move(b)); }

}  // namespace chronograd
