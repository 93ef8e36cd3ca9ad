#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/initializers.h"

namespace chronograd {

struct LinearOptions {
  std::int64_t input = 0;   ///< size of the last axis that comes in; required
  std::int64_t output = 0;  ///< size of the last axis that goes out; required
  bool bias = true;
  Initializer weight_initializer = init::glorot_uniform();
  Initializer bias_initializer = init::zeros();
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// y = x W + b along the last axis: [.., input] -> [.., output].
/// Parameters: "weight" [input, output] and "bias" [output].
class Linear {
 public:
  /// Throws ValueError unless both sizes are at least 1.
  Linear(const Scope& scope, const LinearOptions& options);
  // clang-format off
  Linear(const Scope&, ...) = delete;  // options: .input, .output, .bias, .weight_initializer, .bias_initializer
  // clang-format on
  /// [.., input] -> [.., output], of the dtype of the parameters. Throws ShapeError for another
  /// last axis and DTypeError for another dtype.
  Tensor operator()(Operand x) const;

 private:
  std::string scope_;
  Parameter weight_;
  std::optional<Parameter> bias_;
};

}  // namespace chronograd
