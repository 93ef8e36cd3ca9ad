#include "chronograd/ops/huber.h"

#include <limits>
#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/abs.h"
#include "chronograd/ops/detail/alike.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/minimum.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"

namespace chronograd {

Tensor huber(Operand prediction, Operand target, double delta) {
  detail::require_alike("huber", prediction, target);
  if (!(delta > 0 && delta < std::numeric_limits<double>::infinity())) {
    throw ValueError("huber: delta = " + std::to_string(delta) + "; it must be above 0 and finite" +
                     where_text(prediction.where));
  }
  const CalledFrom caller{prediction.where, "huber"};
  const Tensor d = abs(prediction - target);
  const Tensor near = minimum(d, delta);  // near (d - near / 2) is both branches
  return mean(near * (d - 0.5 * near));
}

}  // namespace chronograd
