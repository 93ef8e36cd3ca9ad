#include "chronograd/layers/gates.h"

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/normalise.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/slice.h"

namespace chronograd {
namespace {

GatesOptions checked(GatesOptions options) {
  detail::require_size("Gates", "input", options.input, options.where);
  detail::require_size("Gates", "hidden", options.hidden, options.where);
  detail::require_size("Gates", "count", options.count, options.where);
  if (options.state == 0) options.state = options.hidden;
  detail::require_size("Gates", "state", options.state, options.where);
  detail::require_positive("Gates", "norm_epsilon", options.norm_epsilon, options.where);
  return options;
}

// Applies f to the columns of some gates. All columns are the parameter itself: a slice of it would
// hide from the planner what it can join.
template <class F>
Tensor with_columns(const Parameter& parameter, std::int64_t first, std::int64_t last, F f) {
  const bool all = first == 0 && last == parameter.shape()[-1];
  return all ? f(Operand{parameter}) : f(Operand{slice(parameter, -1, first, last)});
}

}  // namespace

Gates::Gates(const Scope& scope, const GatesOptions& options)
    : options_(checked(options)),
      kernel_(scope.parameter("kernel", {options_.input, options_.count * options_.hidden},
                              options_.kernel_initializer)),
      recurrent_(scope.parameter("recurrent", {options_.state, options_.count * options_.hidden},
                                 options_.recurrent_initializer)) {
  const Shape row{options_.count * options_.hidden};
  if (options_.bias) bias_ = scope.parameter("bias", row, options_.bias_initializer);
  if (options_.recurrent_bias) {
    recurrent_bias_ = scope.parameter("recurrent_bias", row, options_.bias_initializer);
  }
  if (norms_sum()) {
    gain_ = (scope / "norm").parameter("gain", row, init::ones());
    if (options_.norm == Norm::sum) {
      norm_bias_ = (scope / "norm").parameter("bias", row, init::zeros());
    }
  } else if (options_.norm != Norm::none) {
    gain_x_ = (scope / "norm_x").parameter("gain", row, init::ones());
    gain_h_ = (scope / "norm_h").parameter("gain", row, init::ones());
  }
}

Tensor Gates::operator()(const Tensor& x, const Tensor& h) const {
  Tensor sum = x_product(x) + h_product(h, 0, options_.count);
  if (bias_) sum = sum + *bias_;
  if (recurrent_bias_) sum = sum + *recurrent_bias_;
  if (!gain_) return sum;
  const Tensor scaled = *gain_ * normalised(sum);
  return norm_bias_ ? scaled + *norm_bias_ : scaled;
}

Tensor Gates::of_x(const Tensor& x) const {
  refuse_summands();
  const Tensor product = x_product(x);
  return bias_ ? product + *bias_ : product;
}

Tensor Gates::of_h(const Tensor& h, std::int64_t first, std::int64_t count) const {
  refuse_summands();
  const Tensor product = h_product(h, first, count);
  if (!recurrent_bias_) return product;
  return with_columns(*recurrent_bias_, first * options_.hidden, (first + count) * options_.hidden,
                      [&](Operand bias) { return product + bias; });
}

Tensor Gates::zeros(std::int64_t batch) const {
  return chronograd::zeros({batch, options_.state}, dtype());
}

Tensor Gates::normalised(const Tensor& x) const {
  const bool rms = options_.norm == Norm::rms_products || options_.norm == Norm::rms_sum;
  return rms ? detail::normalise_rms(x, options_.norm_epsilon)
             : detail::normalise(x, options_.norm_epsilon);
}

Tensor Gates::x_product(const Tensor& x) const {
  const Tensor product = matmul(x, kernel_);
  return gain_x_ ? *gain_x_ * normalised(product) : product;
}

Tensor Gates::h_product(const Tensor& h, std::int64_t first, std::int64_t count) const {
  const std::int64_t begin = first * options_.hidden;
  const std::int64_t end = begin + count * options_.hidden;
  const Tensor product =
      with_columns(recurrent_, begin, end, [&](Operand u) { return matmul(h, u); });
  if (!gain_h_) return product;
  return with_columns(*gain_h_, begin, end,
                      [&](Operand gain) { return gain * normalised(product); });
}

void Gates::refuse_summands() const {
  if (!norms_sum()) return;
  throw ValueError(
      "Gates: the norm of a sum has no summands; a cell that adds x W and h U itself, as a GRU, "
      "takes Norm::products" +
      where_text({}));
}

}  // namespace chronograd
