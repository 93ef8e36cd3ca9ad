#include "chronograd/ops/compare.h"

#include "chronograd/graph/op.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  common_dtype(inference);
  inference.output(broadcast_shape(inference), DType::boolean);
}

template <Scalar comparison>
constexpr Instruction program[] = {{comparison, 0, 1}};

const Op equal_op{.name = "equal", .infer = infer, .program = {program<Scalar::equal>}};
const Op not_equal_op{.name = "not_equal", .infer = infer, .program = {program<Scalar::not_equal>}};
const Op less_op{.name = "less", .infer = infer, .program = {program<Scalar::less>}};
const Op less_equal_op{
    .name = "less_equal", .infer = infer, .program = {program<Scalar::less_equal>}};
const Op greater_op{.name = "greater", .infer = infer, .program = {program<Scalar::greater>}};
const Op greater_equal_op{
    .name = "greater_equal", .infer = infer, .program = {program<Scalar::greater_equal>}};

}  // namespace

Tensor equal(Operand a, Operand b) { return apply(equal_op, {a, b}); }
Tensor not_equal(Operand a, Operand b) { return apply(not_equal_op, {a, b}); }
Tensor less(Operand a, Operand b) { return apply(less_op, {a, b}); }
Tensor less_equal(Operand a, Operand b) { return apply(less_equal_op, {a, b}); }
Tensor greater(Operand a, Operand b) { return apply(greater_op, {a, b}); }
Tensor greater_equal(Operand a, Operand b) { return apply(greater_equal_op, {a, b}); }

}  // namespace chronograd
