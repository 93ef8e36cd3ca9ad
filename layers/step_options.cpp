#include "chronograd/layers/step_options.h"

#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/dropout.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/random.h"
#include "chronograd/ops/unstack.h"

namespace chronograd::detail {

void check_step_options(std::string_view layer, const StepOptions& options, SourceLine where) {
  require_rate(layer, "step.input_dropout", options.input_dropout, where);
  require_rate(layer, "step.recurrent_dropout", options.recurrent_dropout, where);
  require_rate(layer, "step.zoneout", options.zoneout, where);
  require_rate(layer, "step.zoneout_h", options.zoneout_h, where);
}

std::vector<Tensor> step_masks(double rate, bool per_step, std::int64_t time, Shape shape,
                               DType dtype) {
  if (rate == 0 || time == 0 || !training()) return {};
  if (per_step) return unstack(dropout_mask(shape.inserted(0, time), rate, dtype));
  return std::vector<Tensor>(static_cast<std::size_t>(time), dropout_mask(shape, rate, dtype));
}

std::vector<Tensor> step_choices(double rate, std::int64_t time, Shape shape) {
  return unstack(random_uniform(shape.inserted(0, time)) < rate);
}

Tensor drop_inputs(const Tensor& xs, const StepOptions& options) {
  if (options.per_step) return dropout(xs, options.input_dropout);
  if (options.input_dropout == 0 || !training()) return xs;
  return xs * dropout_mask(xs.shape().without(0), options.input_dropout, xs.dtype());
}

}  // namespace chronograd::detail
