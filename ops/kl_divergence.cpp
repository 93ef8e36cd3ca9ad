#include "chronograd/ops/kl_divergence.h"

#include <algorithm>
#include <cstdint>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/alike.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/log.h"
#include "chronograd/ops/log_softmax.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor kl_divergence(Operand logits, Operand targets) {
  detail::require_alike("kl_divergence", logits, targets);
  const CalledFrom caller{logits.where, "kl_divergence"};
  const Tensor log_q = log_softmax(logits);
  const Tensor some = greater(targets, 0);
  const Tensor log_p = log(where(some, targets, 1));
  // What p does not hold costs nothing, though log q may be -inf there.
  const Tensor difference = where(some, log_p - log_q, 0);
  const std::int64_t rows = log_q.shape().without(-1).size();
  return sum(targets * difference) / static_cast<double>(std::max<std::int64_t>(rows, 1));
}

}  // namespace chronograd
