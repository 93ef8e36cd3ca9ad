#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/activation.h"
#include "chronograd/layers/linear.h"
#include "chronograd/ops/relu.h"

namespace chronograd {

struct HighwayOptions {
  std::int64_t size = 0;  ///< of the last axis; required
  Activation activation = relu;
  double gate_bias = -2;  ///< at first; below 0, so that most of x passes on
  Here where = {};        ///< where the options are written, for messages; leave it
};

/// A layer that may pass x on (Srivastava et al. 2015):
/// y = t f(x W + b) + (1 - t) x, where t = sigmoid(x U + c).
/// Parameters: "transform/weight", "transform/bias", "gate/weight", "gate/bias".
class Highway {
 public:
  Highway(const Scope&, ...) = delete;  // options: .size, .activation, .gate_bias
  Highway(const Scope& scope, const HighwayOptions& options);
  Tensor operator()(const Tensor& x, const char* file = __builtin_FILE(),
                    unsigned line = __builtin_LINE()) const;

 private:
  std::string scope_;
  Activation activation_;
  Linear transform_;
  Linear gate_;
};

}  // namespace chronograd
