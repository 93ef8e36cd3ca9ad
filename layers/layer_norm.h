#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"

namespace chronograd {

struct LayerNormOptions {
  std::int64_t size = 0;  ///< of the last axis; required
  double epsilon = 1e-5;
  bool bias = true;
};

/// Layer normalisation along the last axis (Ba et al. 2016):
/// y = gain (x - mean) / sqrt(variance + epsilon) + bias, the variance taken over all `size`
/// numbers. Parameters: "gain" [size], ones, and with `bias` "bias" [size], zeros.
class LayerNorm {
 public:
  /// Throws ValueError unless size >= 1 and epsilon > 0.
  LayerNorm(const Scope& scope, const LayerNormOptions& options);
  Tensor operator()(Operand x) const;

 private:
  std::string scope_;
  double epsilon_;
  Parameter gain_;
  std::optional<Parameter> bias_;
};

}  // namespace chronograd
