#include "chronograd/layers/recurrent_options.h"

#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/sub.h"

namespace chronograd::detail {

void check_recurrent_options(const RecurrentOptions& options) {
  if (options.layers < 1) {
    throw ValueError("Recurrent: layers = " + std::to_string(options.layers) +
                     "; at least 1 is needed" + where_text(options.where));
  }
  if (options.bidirectional && options.backwards) {
    throw ValueError(
        "Recurrent: backwards = true with bidirectional = true; both directions are run already" +
        where_text(options.where));
  }
  require_rate("Recurrent", "dropout", options.dropout, options.where);
  check_step_options("Recurrent", options.step, options.where);
}

void check_stack_options(const RecurrentOptions& options) {
  if (options.bidirectional || options.backwards) {
    throw ValueError(
        "Stack: " + std::string(options.bidirectional ? "bidirectional" : "backwards") +
        " = true; a stack takes the steps it is given, one at a time" + where_text(options.where));
  }
  if (options.step.input_dropout > 0 || options.step.recurrent_dropout > 0) {
    throw ValueError(
        "Stack: step.input_dropout or step.recurrent_dropout above 0; their masks belong to whole "
        "sequences, which Recurrent runs" +
        where_text(options.where));
  }
}

std::int64_t merged_size(const RecurrentOptions& options, std::int64_t forwards,
                         std::int64_t backwards) {
  const Merge merge = options.merge;
  if (merge == Merge::concat) return forwards + backwards;
  if (forwards == backwards) return forwards;
  const char* name = merge == Merge::sum ? "sum" : merge == Merge::mean ? "mean" : "mul";
  throw ValueError("Recurrent: merge = " + std::string(name) + " of " + std::to_string(forwards) +
                   " numbers forwards and " + std::to_string(backwards) +
                   " backwards; they must be equally many" + where_text(options.where));
}

Tensor merged(Merge merge, const Tensor& forwards, const Tensor& backwards) {
  switch (merge) {
    case Merge::sum:
      return forwards + backwards;
    case Merge::mean:
      return 0.5 * (forwards + backwards);
    case Merge::mul:
      return forwards * backwards;
    case Merge::concat:
      break;
  }
  return concat({forwards, backwards}, -1);
}

Bypass::Bypass(Between between, const Scope& scope, std::int64_t input, std::int64_t output,
               SourceLine where)
    : between_(between) {
  if (between == Between::plain) return;
  if (input != output) {
    throw ValueError("Recurrent: between = " +
                     std::string(between == Between::residual ? "residual" : "highway") +
                     " past a layer that reads " + std::to_string(input) + " and puts out " +
                     std::to_string(output) + " numbers; they must be equally many" +
                     where_text(where));
  }
  if (between == Between::highway) {
    gate_.emplace(
        scope,
        LinearOptions{.input = input, .output = output, .bias_initializer = init::constant(-1)});
  }
}

Tensor Bypass::operator()(const Tensor& x, const Tensor& y) const {
  if (between_ == Between::plain) return y;
  if (!gate_) return x + y;
  const Tensor t = sigmoid((*gate_)(x));
  return t * y + (1 - t) * x;
}

}  // namespace chronograd::detail
