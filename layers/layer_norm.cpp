#include "chronograd/layers/layer_norm.h"

#include <cmath>

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/hypot.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reciprocal.h"
#include "chronograd/ops/root_mean_square.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

std::int64_t size_of_axis(const LayerNormOptions& options) {
  detail::require_size("LayerNorm", "size", options.size);
  return options.size;
}

}  // namespace

LayerNorm::LayerNorm(const Scope& scope, const LayerNormOptions& options)
    : scope_(scope.path()),
      epsilon_(options.epsilon),
      gain_(scope.parameter("gain", {size_of_axis(options)}, init::ones())),
      bias_(scope.parameter("bias", {options.size}, init::zeros())) {}

Tensor LayerNorm::operator()(Operand x) const {
  const CalledFrom caller{x.where};
  const InScope scope{scope_};
  const Tensor centred = x - mean(x, -1, true);
  const Tensor deviation = hypot(root_mean_square(centred, -1, true), std::sqrt(epsilon_));
  return gain_ * (centred * reciprocal(deviation)) + bias_;
}

}  // namespace chronograd
