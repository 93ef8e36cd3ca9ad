#pragma once

#include <functional>
#include <map>
#include <string>

#include "chronograd/graph/operand.h"
#include "tests/onnx/call.h"

namespace chronograd::onnx {

/// An ONNX operator written with the ops of this library.
using Operator = std::function<Results(const Call&)>;
using Operators = std::map<std::string, Operator, std::less<>>;

/// All there are.
const Operators& operators();

/// Those of one family of cases.
Operators unary_operators();
Operators binary_operators();
Operators reduce_operators();
Operators shape_operators();
Operators index_operators();
Operators linear_operators();
Operators softmax_operators();
Operators loss_operators();
Operators norm_operators();
Operators attention_operators();
Operators recurrent_operators();
Operators optimiser_operators();

/// An op as it is.
inline Operator of(Tensor (*op)(Operand)) {
  return [op](const Call& x) { return op(x[0]); };
}
inline Operator of(Tensor (*op)(Operand, Operand)) {
  return [op](const Call& x) { return op(x[0], x[1]); };
}

}  // namespace chronograd::onnx
