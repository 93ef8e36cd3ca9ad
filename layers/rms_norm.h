#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"

namespace chronograd {

struct RMSNormOptions {
  std::int64_t size = 0;  ///< of the last axis; required
  double epsilon = 1e-5;
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// Normalisation by root mean square along the last axis (Zhang and Sennrich 2019):
/// y = gain x / sqrt(mean(x^2) + epsilon). Parameter: "gain" [size], ones.
class RMSNorm {
 public:
  /// Throws ValueError unless size >= 1 and epsilon > 0.
  RMSNorm(const Scope& scope, const RMSNormOptions& options);
  RMSNorm(const Scope&, ...) = delete;  // options: .size, .epsilon
  /// [.., size] -> [.., size], of the dtype of the parameters (the scope says which).
  /// Throws ShapeError for another last axis and DTypeError for another dtype.
  Tensor operator()(Operand x) const;

 private:
  std::string scope_;
  double epsilon_;
  Parameter gain_;
};

}  // namespace chronograd
