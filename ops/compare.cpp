#include "chronograd/ops/compare.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  common_dtype(inference);
  inference.output(broadcast_shape(inference), DType::boolean);
}

template <Scalar comparison>
constexpr Instruction program[] = {{comparison, 0, 1}};

template <Scalar comparison, detail::Primitive primitive>
constexpr Op comparing(std::string_view name) {
  return {.name = name,
          .infer = infer,
          .program = {program<comparison>},
          .kernel = detail::onednn<primitive>};
}

const Op equal_op = comparing<Scalar::equal, detail::Primitive::equal>("equal");
const Op not_equal_op = comparing<Scalar::not_equal, detail::Primitive::not_equal>("not_equal");
const Op less_op = comparing<Scalar::less, detail::Primitive::less>("less");
const Op less_equal_op = comparing<Scalar::less_equal, detail::Primitive::less_equal>("less_equal");
const Op greater_op = comparing<Scalar::greater, detail::Primitive::greater>("greater");
const Op greater_equal_op =
    comparing<Scalar::greater_equal, detail::Primitive::greater_equal>("greater_equal");

}  // namespace

Tensor equal(Operand a, Operand b) { return apply(equal_op, {std::move(a), std::move(b)}); }
Tensor not_equal(Operand a, Operand b) { return apply(not_equal_op, {std::move(a), std::move(b)}); }
Tensor less(Operand a, Operand b) { return apply(less_op, {std::move(a), std::move(b)}); }
Tensor less_equal(Operand a, Operand b) {
  return apply(less_equal_op, {std::move(a), std::move(b)});
}
Tensor greater(Operand a, Operand b) { return apply(greater_op, {std::move(a), std::move(b)}); }
Tensor greater_equal(Operand a, Operand b) {
  return apply(greater_equal_op, {std::move(a), std::move(b)});
}

}  // namespace chronograd
