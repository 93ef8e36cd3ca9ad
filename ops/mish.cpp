#include "chronograd/ops/mish.h"

#include <limits>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/softplus.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor mish(Operand x) {
  const CalledFrom caller{x.where, "mish"};
  const double lowest = -std::numeric_limits<double>::infinity();
  const Tensor y = where(equal(x, lowest), 0, x);  // -inf times 0 would be NaN
  return y * tanh(softplus(y));
}

}  // namespace chronograd
