#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"

namespace chronograd {

struct LayerNormOptions {
  std::int64_t size = 0;  ///< of the last axis; this or `sizes` is required
  double epsilon = 1e-5;
  bool bias = true;
  std::vector<std::int64_t> sizes = {};  ///< of the last axes, normalised together
  Here where = {};                       ///< where the options are written, for messages; leave it
};

/// Layer normalisation along the last axis, or the last axes together (Ba et al. 2016):
/// y = gain (x - mean) / sqrt(variance + epsilon) + bias, the variance taken over all numbers of
/// these axes. In f32 values are right up to a deviation of 8e37 and gradients up to
/// 1e37, since f32 holds no reciprocal of more. Parameters: "gain" [size] or [sizes..], ones, and
/// with `bias` "bias", zeros.
class LayerNorm {
 public:
  /// Throws ValueError unless epsilon > 0 and either size >= 1 or each of `sizes` is.
  LayerNorm(const Scope& scope, const LayerNormOptions& options);
  LayerNorm(const Scope&, ...) = delete;  // options: .size, .epsilon, .bias, .sizes
  Tensor operator()(Operand x) const;

 private:
  std::string scope_;
  double epsilon_;
  Parameter gain_;
  std::optional<Parameter> bias_;
};

}  // namespace chronograd
