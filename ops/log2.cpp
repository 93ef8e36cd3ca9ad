#include "chronograd/ops/log2.h"

#include <numbers>
#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/log.h"
#include "chronograd/ops/mul.h"

namespace chronograd {

Tensor log2(Operand x) {
  const CalledFrom caller{x.where, "log2"};
  return log(std::move(x)) * (1 / std::numbers::ln2);
}

Tensor log10(Operand x) {
  const CalledFrom caller{x.where, "log10"};
  return log(std::move(x)) * (1 / std::numbers::ln10);
}

Tensor exp2(Operand x) {
  const CalledFrom caller{x.where, "exp2"};
  return exp(std::move(x) * std::numbers::ln2);
}

}  // namespace chronograd
