#include "chronograd/ops/shrink.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/abs.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sign.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor thresholded_relu(Operand x, double threshold) {
  const CalledFrom caller{x.where, "thresholded_relu"};
  return where(less_equal(x, threshold), 0, x);
}

Tensor hard_shrink(Operand x, double bound) {
  const CalledFrom caller{x.where, "hard_shrink"};
  return where(abs(x) <= bound, 0, x);
}

Tensor soft_shrink(Operand x, double bound) {
  const CalledFrom caller{x.where, "soft_shrink"};
  return where(abs(x) <= bound, 0, x - bound * sign(x));
}

}  // namespace chronograd
