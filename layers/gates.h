#pragma once

#include <cstdint>
#include <optional>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/initializers.h"

namespace chronograd {

/// Norm says which of the sums in front of the gates are normalised, and how.
enum class Norm {
  none,
  products,      ///< x W and h U, each over all its columns (Ba et al. 2016)
  sum,           ///< x W + h U + b
  rms_products,  ///< as `products`, by root mean square (Zhang and Sennrich 2019)
  rms_sum,       ///< as `sum`, by root mean square
};

struct GatesOptions {
  std::int64_t input = 0;   ///< size of x; required
  std::int64_t hidden = 0;  ///< columns of one gate; required
  std::int64_t state = 0;   ///< size of h where it is not that of a gate (a projection); 0: hidden
  std::int64_t count = 4;   ///< number of gates
  bool bias = true;
  bool recurrent_bias = false;  ///< a second bias, on h U alone
  Norm norm = Norm::none;
  double norm_epsilon = 1e-5;  ///< added to the variance, or to the mean of squares
  Initializer kernel_initializer = init::glorot_uniform();
  Initializer recurrent_initializer = init::orthogonal();
  Initializer bias_initializer = init::zeros();
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// Gates compute what a recurrent cell applies its gates to: x W + h U + b, with the norm inside.
/// The cell cuts the result with `split`:
///
///     const auto [r, z] = split(gates(x, h), "reset_gate", "update_gate");
///
/// Parameters: "kernel" W [input, count hidden], "recurrent" U [state, count hidden], "bias" b and
/// "recurrent_bias" b' [count hidden]; for Norm::products "norm_x/gain" and "norm_h/gain", for
/// Norm::sum "norm/gain" and "norm/bias" [count hidden] (by root mean square: no "norm/bias").
/// Throws ValueError for a size below 1.
class Gates {
 public:
  Gates(const Scope& scope, const GatesOptions& options);
  // clang-format off
  Gates(const Scope&, ...) = delete;  // options: .input, .hidden, .state, .count, .bias, .recurrent_bias, .norm, .norm_epsilon, .kernel_initializer, .recurrent_initializer, .bias_initializer
  // clang-format on

  /// x: [batch, input], h: [batch, state] -> [batch, count hidden]:
  /// x W + h U + b + b'; norm(x W) + norm(h U) + b + b'; or norm(x W + h U + b + b').
  Tensor operator()(const Tensor& x, const Tensor& h) const;

  /// The summand of x: x W + b, with Norm::products norm(x W) + b. Throws ValueError for a norm of
  /// the sum, which has no summands.
  Tensor of_x(const Tensor& x) const;
  /// The summand of h: h U + b', with Norm::products norm(h U) + b'. Of some gates only, beginning
  /// with number `first`: then the norm goes over their columns.
  Tensor of_h(const Tensor& h) const { return of_h(h, 0, options_.count); }
  Tensor of_h(const Tensor& h, std::int64_t first, std::int64_t count) const;

  /// Zeros [batch, state], to begin with.
  Tensor zeros(std::int64_t batch) const;
  std::int64_t hidden() const { return options_.hidden; }
  DType dtype() const { return kernel_.dtype(); }

 private:
  bool norms_sum() const { return options_.norm == Norm::sum || options_.norm == Norm::rms_sum; }
  Tensor normalised(const Tensor& x) const;
  Tensor x_product(const Tensor& x) const;
  Tensor h_product(const Tensor& h, std::int64_t first, std::int64_t count) const;
  void refuse_summands() const;

  GatesOptions options_;
  Parameter kernel_;
  Parameter recurrent_;
  std::optional<Parameter> bias_;
  std::optional<Parameter> recurrent_bias_;
  std::optional<Parameter> gain_x_;
  std::optional<Parameter> gain_h_;
  std::optional<Parameter> gain_;
  std::optional<Parameter> norm_bias_;
};

}  // namespace chronograd
