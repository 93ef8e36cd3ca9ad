#include "chronograd/layers/layer_norm.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/normalise.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"

namespace chronograd {
namespace {

std::int64_t size_of_axis(const LayerNormOptions& options) {
  detail::require_size("LayerNorm", "size", options.size);
  detail::require_positive("LayerNorm", "epsilon", options.epsilon);
  return options.size;
}

}  // namespace

LayerNorm::LayerNorm(const Scope& scope, const LayerNormOptions& options)
    : scope_(scope.path()),
      epsilon_(options.epsilon),
      gain_(scope.parameter("gain", {size_of_axis(options)}, init::ones())) {
  if (options.bias) bias_ = scope.parameter("bias", {options.size}, init::zeros());
}

Tensor LayerNorm::operator()(Operand x) const {
  const CalledFrom caller{x.where};
  const InScope scope{scope_};
  const Tensor scaled = gain_ * detail::normalise(x, epsilon_);
  return bias_ ? scaled + *bias_ : scaled;
}

}  // namespace chronograd
