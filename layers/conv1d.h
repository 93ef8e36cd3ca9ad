#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/initializers.h"

namespace chronograd {

/// What a convolution sees beyond the ends of a sequence, as in Keras.
enum class ConvPadding {
  valid,   ///< nothing: the filter stays inside, and the sequence gets shorter
  same,    ///< zeros on both sides: ceil(time / stride) steps
  causal,  ///< zeros before the first step, so that no output sees later steps
};

struct Conv1DOptions {
  std::int64_t input = 0;   ///< size of a step that comes in; required
  std::int64_t output = 0;  ///< number of filters; required
  std::int64_t width = 0;   ///< steps that a filter sees; required
  std::int64_t stride = 1;
  std::int64_t dilation = 1;  ///< how many steps apart those are
  ConvPadding padding = ConvPadding::valid;
  bool bias = true;
  Initializer weight_initializer = init::glorot_uniform();
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// A convolution over time: y[t] = sum_k x[t stride + k dilation] W[k] + b; [time, batch, input] ->
/// [steps, batch, output]. One product of the joined steps that a filter sees.
/// Parameters: "weight" W [width, input, output], "bias" b [output]. Throws ValueError for an
/// option out of range, before it makes any.
class Conv1D {
 public:
  Conv1D(const Scope& scope, const Conv1DOptions& options);
  /// Throws ShapeError when a valid filter sees more steps than there are.
  Tensor operator()(const Tensor& xs, const char* file = __builtin_FILE(),
                    unsigned line = __builtin_LINE()) const;

 private:
  std::string scope_;
  Conv1DOptions options_;
  Parameter weight_;
  std::optional<Parameter> bias_;
};

}  // namespace chronograd
