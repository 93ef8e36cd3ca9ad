#include "chronograd/layers/batch_norm.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/maximum.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/rsqrt.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

BatchNormOptions checked(const BatchNormOptions& options) {
  detail::require_size("BatchNorm", "size", options.size, options.where);
  detail::require_rate("BatchNorm", "momentum", options.momentum, options.where);
  detail::require_positive("BatchNorm", "epsilon", options.epsilon, options.where);
  return options;
}

void check(const Tensor& x, const Tensor& real, std::int64_t size) {
  if (x.rank() == 0 || x.shape()[-1] != size) {
    throw ShapeError("BatchNorm: x " + to_string(x.shape()) + "; its last axis must have " +
                     std::to_string(size) + where_text({}));
  }
  if (real.has_value() && real.shape() != x.shape().without(-1)) {
    throw ShapeError("BatchNorm: a mask " + to_string(real.shape()) + " for x " +
                     to_string(x.shape()) + "; it must be " + to_string(x.shape().without(-1)) +
                     where_text({}));
  }
}

}  // namespace

BatchNorm::BatchNorm(const Scope& scope, const BatchNormOptions& options)
    : scope_(scope.path()),
      options_(checked(options)),
      gain_(scope.parameter("gain", {options.size}, init::ones())),
      bias_(scope.parameter("bias", {options.size}, init::zeros())),
      mean_(scope.state("mean", {options.size}, init::zeros())),
      variance_(scope.state("variance", {options.size}, init::ones())) {}

Tensor BatchNorm::operator()(const Tensor& x, const Tensor& real, const char* file,
                             unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  check(x, real, options_.size);
  const std::int64_t size = options_.size, rows = x.shape().without(-1).size();
  const Tensor flat = reshape(x, {rows, size});
  const Tensor mask = reshape(real.has_value() ? real : ones({rows}, DType::boolean), {rows, 1});
  const auto only_real = [&](const Tensor& t) { return where(mask, t, 0); };
  const auto normed = [&](Operand mean, Operand variance) {
    const Tensor y = gain_ * ((only_real(flat) - mean) * rsqrt(variance + options_.epsilon));
    return reshape(only_real(y + bias_), x.shape());
  };
  if (!training()) return normed(mean_, variance_);

  const Tensor count = sum(cast(mask, x.dtype()));
  const Tensor divisor = maximum(count, 1);
  const Tensor mean = sum(only_real(flat), 0) / divisor;
  const Tensor variance = sum(only_real(square(only_real(flat) - mean)), 0) / divisor;
  const auto move = [&](const Parameter& state, const Tensor& seen) {
    const Tensor moved = options_.momentum * state + (1 - options_.momentum) * seen;
    assign(state, where(count > 0, moved, state));
  };
  move(mean_, mean);
  move(variance_, variance);
  return normed(mean, variance);
}

}  // namespace chronograd
