#include "chronograd/ops/is_inf.h"

#include <limits>
#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/abs.h"
#include "chronograd/ops/compare.h"

namespace chronograd {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Tensor is_inf(Operand x) {
  const CalledFrom caller{x.where, "is_inf"};
  return equal(abs(std::move(x)), infinity);
}

Tensor is_finite(Operand x) {
  const CalledFrom caller{x.where, "is_finite"};
  return less(abs(std::move(x)), infinity);
}

}  // namespace chronograd
