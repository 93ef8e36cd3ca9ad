#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"

namespace chronograd {

struct BatchNormOptions {
  std::int64_t size = 0;   ///< of the last axis; required
  double momentum = 0.99;  ///< share of the old statistics that a step keeps, as in Keras
  double epsilon = 1e-3;
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// Batch normalisation of each number of the last axis (Ioffe and Szegedy 2015):
/// y = gain (x - mean) / sqrt(variance + epsilon) + bias. On a training tape mean and variance are
/// those of all real steps, and the state moves towards them when the tape commits; else they are
/// the state.
///
/// Parameters: "gain", "bias"; state: "mean", zeros, "variance", ones; all [size]. Throws
/// ValueError for an option out of range, before it makes any.
class BatchNorm {
 public:
  BatchNorm(const Scope&, ...) = delete;  // options: .size, .momentum, .epsilon
  BatchNorm(const Scope& scope, const BatchNormOptions& options);
  /// x: [.., size]; real: bool of x's shape without the size, or empty. What is not real, NaN too,
  /// counts nothing and comes out as 0. Without any real step the state stays as it is.
  Tensor operator()(const Tensor& x, const Tensor& real = {}, const char* file = __builtin_FILE(),
                    unsigned line = __builtin_LINE()) const;

 private:
  std::string scope_;
  BatchNormOptions options_;
  Parameter gain_;
  Parameter bias_;
  Parameter mean_;
  Parameter variance_;
};

}  // namespace chronograd
