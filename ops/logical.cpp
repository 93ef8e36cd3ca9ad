#include "chronograd/ops/logical.h"

#include <utility>

#include "chronograd/graph/op.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  for (int k = 0; k < inference.inputs(); ++k) {
    if (inference.dtype(k) == DType::boolean) continue;
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(k))),
                               "it must be bool; compare it with something first");
  }
  infer_broadcast(inference);
}

template <Scalar logic>
constexpr Instruction program[] = {{logic, 0, 1}};

const Op and_op{.name = "logical_and", .infer = infer, .program = {program<Scalar::logical_and>}};
const Op or_op{.name = "logical_or", .infer = infer, .program = {program<Scalar::logical_or>}};
const Op not_op{.name = "logical_not", .infer = infer, .program = {program<Scalar::logical_not>}};

}  // namespace

Tensor logical_and(Operand a, Operand b) { return apply(and_op, {std::move(a), std::move(b)}); }
Tensor logical_or(Operand a, Operand b) { return apply(or_op, {std::move(a), std::move(b)}); }
Tensor logical_not(Operand x) { return apply(not_op, {std::move(x)}); }

}  // namespace chronograd
