#include "chronograd/ops/clamp.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::maximum, 0, 1}, {Scalar::minimum, 3, 2}};

Tensor gradient(const Differential& d, int k) {
  const Tensor x = d.input(0);
  const Tensor low = d.input(1);
  const Tensor high = d.input(2);
  const Tensor not_taken = k == 0   ? logical_or(x<low, x> high)
                           : k == 1 ? logical_or(x >= low, low > high)
                                    : logical_and(x <= high, low <= high);
  return detail::sum_to(where(not_taken, 0, d.dy()), d.input_shape(k));
}

const Op op{
    .name = "clamp",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::clip>,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b111}, {.inputs = 0b111}, {.inputs = 0b111}}},
};

}  // namespace

Tensor clamp(Operand x, Operand low, Operand high) {
  return apply(op, std::move(x), std::move(low), std::move(high));
}

}  // namespace chronograd
