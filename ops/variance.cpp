#include "chronograd/ops/variance.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mean_square.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"

namespace chronograd {

Tensor variance(Operand x, std::span<const int> axes, bool keep, int correction) {
  const CalledFrom caller{x.where, "variance"};
  const Tensor average = mean(x, axes, true);
  const Tensor spread = mean_square(x - average, axes, keep);
  if (correction == 0) return spread;
  const double n = static_cast<double>(shape_of(x).size()) / static_cast<double>(average.size());
  return spread * (n / (n - correction));
}

Tensor variance(Operand x, std::initializer_list<int> axes, bool keep, int correction) {
  return variance(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep, correction);
}

Tensor variance(Operand x, int axis, bool keep, int correction) {
  return variance(std::move(x), {axis}, keep, correction);
}

Tensor variance(Operand x) {
  const CalledFrom caller{x.where, "variance"};
  return mean_square(x - mean(x));
}

}  // namespace chronograd
