#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"

namespace chronograd {

struct LayerNormOptions {
  std::int64_t size = 0;  ///< of the last axis; required
  double epsilon = 1e-5;
};

/// Layer normalisation along the last axis (Ba et al. 2016):
/// y = gain (x - mean) / sqrt(variance + epsilon) + bias, the variance taken over all `size`
/// numbers. Parameters: "gain" [size], ones, and "bias" [size], zeros.
class LayerNorm {
 public:
  LayerNorm(const Scope& scope, const LayerNormOptions& options);
  Tensor operator()(Operand x) const;

 private:
  std::string scope_;
  double epsilon_;
  Parameter gain_;
  Parameter bias_;
};

}  // namespace chronograd
