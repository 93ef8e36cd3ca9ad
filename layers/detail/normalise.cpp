#include "chronograd/layers/detail/normalise.h"

#include <cmath>

#include "chronograd/ops/hypot.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reciprocal.h"
#include "chronograd/ops/root_mean_square.h"
#include "chronograd/ops/sub.h"

namespace chronograd::detail {

// sqrt(variance + epsilon) as the length of (deviation, sqrt(epsilon)): no square overflows.
Tensor normalise(Operand x, double epsilon) {
  const Tensor centred = x - mean(x, -1, true);
  const Tensor deviation = hypot(root_mean_square(centred, -1, true), std::sqrt(epsilon));
  return centred * reciprocal(deviation);
}

Tensor normalise_rms(Operand x, double epsilon) {
  return x * reciprocal(hypot(root_mean_square(x, -1, true), std::sqrt(epsilon)));
}

}  // namespace chronograd::detail
