#include "chronograd/ops/mae.h"

#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/abs.h"
#include "chronograd/ops/detail/alike.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/sub.h"

namespace chronograd {

Tensor mae(Operand prediction, Operand target) {
  detail::require_alike("mae", prediction, target);
  const CalledFrom caller{prediction.where, "mae"};
  return mean(abs(std::move(prediction) - std::move(target)));
}

}  // namespace chronograd
