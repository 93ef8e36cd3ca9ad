#include "tests/onnx/operators.h"

namespace chronograd::onnx {

const Operators& operators() {
  static const Operators all = [] {
    Operators sum;
    for (const auto& family :
         {unary_operators, binary_operators, reduce_operators, shape_operators, index_operators,
          linear_operators, softmax_operators, loss_operators, norm_operators, attention_operators,
          recurrent_operators, optimiser_operators}) {
      sum.merge(family());
    }
    return sum;
  }();
  return all;
}

}  // namespace chronograd::onnx
