#include "chronograd/ops/hard_swish.h"

#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/hard_sigmoid.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor hard_swish(Operand x) {
  const CalledFrom caller{x.where, "hard_swish"};
  return where(less_equal(x, -3), 0, x * hard_sigmoid(x));  // -inf times 0 would be NaN
}

Tensor hard_tanh(Operand x, double low, double high) {
  const CalledFrom caller{x.where, "hard_tanh"};
  return clamp(std::move(x), low, high);
}

Tensor relu6(Operand x) {
  const CalledFrom caller{x.where, "relu6"};
  return clamp(std::move(x), 0, 6);
}

}  // namespace chronograd
