#pragma once

#include <cstdint>
#include <optional>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/step_options.h"

namespace chronograd {

/// How the outputs of both directions become one.
enum class Merge {
  concat,  ///< side by side: [.., 2 hidden]
  sum,
  mean,
  mul,
};

/// What goes from a layer to the next, for each layer after the first, which reads x and makes y.
enum class Between {
  plain,     ///< y
  residual,  ///< x + y
  highway,   ///< t y + (1 - t) x with t = sigmoid(x W + b) (Srivastava et al. 2015)
};

/// How a recurrent layer runs its cell.
struct RecurrentOptions {
  int layers = 1;
  bool bidirectional = false;  ///< both directions, whose outputs are merged
  bool backwards = false;      ///< from the last step to the first; not with `bidirectional`
  Merge merge = Merge::concat;
  double dropout = 0;  ///< on what the next layer's cells read; at least 0, below 1
  Between between = Between::plain;
  StepOptions step{};  ///< inside the recurrence of every cell
  Here where = {};     ///< where the options are written, for messages; leave it
};

namespace detail {

/// Throws ValueError naming the first option that is out of range.
void check_recurrent_options(const RecurrentOptions& options);

/// Throws ValueError for what a cell that takes one step at a time cannot do.
void check_stack_options(const RecurrentOptions& options);

/// The size of what both directions make together. Throws ValueError for sizes that do not merge.
std::int64_t merged_size(const RecurrentOptions& options, std::int64_t forwards,
                         std::int64_t backwards);
Tensor merged(Merge merge, const Tensor& forwards, const Tensor& backwards);

/// The way past a layer. For a highway it has the parameters of a Linear at its scope, with a bias
/// of -1, so that at first most goes past.
class Bypass {
 public:
  Bypass() = default;  ///< none: y
  /// Throws ValueError unless the layer reads as much as it puts out.
  Bypass(Between between, const Scope& scope, std::int64_t input, std::int64_t output,
         SourceLine where);

  Tensor operator()(const Tensor& x, const Tensor& y) const;

 private:
  Between between_ = Between::plain;
  std::optional<Linear> gate_;
};

}  // namespace detail
}  // namespace chronograd
