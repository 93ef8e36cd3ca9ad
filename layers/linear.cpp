#include "chronograd/layers/linear.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/matmul.h"

namespace chronograd {
namespace {

Parameter weight_of(const Scope& scope, const LinearOptions& options) {
  detail::require_size("Linear", "input", options.input, options.where);
  detail::require_size("Linear", "output", options.output, options.where);
  return scope.parameter("weight", {options.input, options.output}, options.weight_initializer);
}

}  // namespace

Linear::Linear(const Scope& scope, const LinearOptions& options)
    : scope_(scope.path()), weight_(weight_of(scope, options)) {
  if (options.bias) bias_ = scope.parameter("bias", {options.output}, options.bias_initializer);
}

Tensor Linear::operator()(Operand x) const {
  const CalledFrom caller{x.where};
  const InScope scope{scope_};
  const Tensor y = matmul(x, weight_);
  return bias_ ? y + *bias_ : y;
}

}  // namespace chronograd
