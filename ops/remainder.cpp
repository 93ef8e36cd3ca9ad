#include "chronograd/ops/remainder.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/floor.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/stop_gradient.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// The quotient rounded down. Where the division itself rounded up to a whole number, what would be
// left has another sign than b.
Tensor quotient(const Operand& a, const Operand& b) {
  Tensor q = a / b;  // of integers it is cut off towards zero
  if (is_floating(q.dtype())) q = floor(q);
  const Tensor left = a - q * b;
  const Tensor too_large =
      logical_or(logical_and(left < 0, greater(b, 0)), logical_and(left > 0, less(b, 0)));
  return stop_gradient(where(too_large, q - 1, q));
}

}  // namespace

Tensor floor_divide(Operand a, Operand b) {
  const CalledFrom caller{a.where, "floor_divide"};
  return quotient(a, b);
}

Tensor remainder(Operand a, Operand b) {
  const CalledFrom caller{a.where, "remainder"};
  return a - quotient(a, b) * b;
}

}  // namespace chronograd
