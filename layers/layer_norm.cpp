#include "chronograd/layers/layer_norm.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/rsqrt.h"
#include "chronograd/ops/square.h"
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
  const Tensor variance = mean(square(centred), -1, true);
  return gain_ * (centred * rsqrt(variance + epsilon_)) + bias_;
}

}  // namespace chronograd
