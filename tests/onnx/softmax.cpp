#include "chronograd/ops/softmax.h"

#include "chronograd/ops/log_softmax.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

Operators softmax_operators() {
  return {
      {"LogSoftmax", [](const Call& x) { return log_softmax(x[0], x.axis(-1)); }},
      {"Softmax", [](const Call& x) { return softmax(x[0], x.axis(-1)); }},
  };
}

}  // namespace chronograd::onnx
