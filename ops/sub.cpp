#include "chronograd/ops/sub.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/neg.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::sub, 0, 1}};

Tensor gradient(const Differential& d, int k) {
  const Tensor dy = detail::sum_to(d.dy(), d.input_shape(k));
  return k == 0 ? dy : neg(dy);
}

const Op op{
    .name = "sub",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::sub>,
    .gradient = gradient,
};

}  // namespace

Tensor sub(Operand a, Operand b) { return apply(op, std::move(a), std::move(b)); }

}  // namespace chronograd
