#include "chronograd/ops/logaddexp.h"

#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/abs.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/maximum.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/softplus.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor logaddexp(Operand a, Operand b) {
  const CalledFrom caller{a.where, "logaddexp"};
  const Tensor apart = where(equal(a, b), 0, a - b);  // of equal infinities no NaN
  return maximum(std::move(a), std::move(b)) + softplus(-abs(apart));
}

}  // namespace chronograd
