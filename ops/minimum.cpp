#include "chronograd/ops/minimum.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::minimum, 0, 1}};

Tensor gradient(const Differential& d, int k) {
  const Tensor x = d.input(k);
  const Tensor other = d.input(1 - k);
  const Tensor taken = where(equal(x, other), 0.5 * d.dy(), d.dy());
  return detail::sum_to(where(x > other, 0, taken), d.input_shape(k));
}

const Op op{
    .name = "minimum",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::min>,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b11}, {.inputs = 0b11}}},
};

}  // namespace

Tensor minimum(Operand a, Operand b) { return apply(op, std::move(a), std::move(b)); }

}  // namespace chronograd
