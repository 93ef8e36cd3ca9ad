#include "chronograd/ops/hinge.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/detail/alike.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/relu.h"
#include "chronograd/ops/sub.h"

namespace chronograd {

Tensor hinge(Operand scores, Operand targets) {
  detail::require_alike("hinge", scores, targets);
  const CalledFrom caller{scores.where, "hinge"};
  return mean(relu(1 - targets * scores));
}

}  // namespace chronograd
