#include "chronograd/layers/rms_norm.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/normalise.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/mul.h"

namespace chronograd {
namespace {

std::int64_t size_of_axis(const RMSNormOptions& options) {
  detail::require_size("RMSNorm", "size", options.size, options.where);
  detail::require_positive("RMSNorm", "epsilon", options.epsilon, options.where);
  return options.size;
}

}  // namespace

RMSNorm::RMSNorm(const Scope& scope, const RMSNormOptions& options)
    : scope_(scope.path()),
      epsilon_(options.epsilon),
      gain_(scope.parameter("gain", {size_of_axis(options)}, init::ones())) {}

Tensor RMSNorm::operator()(Operand x) const {
  const CalledFrom caller{x.where};
  const InScope scope{scope_};
  return gain_ * detail::normalise_rms(x, epsilon_);
}

}  // namespace chronograd
