#include "chronograd/layers/conv1d.h"

#include <algorithm>
#include <string>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"

namespace chronograd {
namespace {

Conv1DOptions checked(const Conv1DOptions& o) {
  detail::require_size("Conv1D", "input", o.input, o.where);
  detail::require_size("Conv1D", "output", o.output, o.where);
  detail::require_size("Conv1D", "width", o.width, o.where);
  detail::require_size("Conv1D", "stride", o.stride, o.where);
  detail::require_size("Conv1D", "dilation", o.dilation, o.where);
  return o;
}

/// How many steps come out, and how many zeros stand before and behind the sequence.
struct Layout {
  std::int64_t steps, before, behind;
};

Layout layout_of(const Conv1DOptions& o, std::int64_t time) {
  const std::int64_t seen = (o.width - 1) * o.dilation + 1;
  std::int64_t steps = (time + o.stride - 1) / o.stride, before = 0;
  if (o.padding == ConvPadding::valid) {
    if (seen > time) {
      throw ShapeError("Conv1D: a filter over " + std::to_string(seen) +
                       " steps for a sequence of " + std::to_string(time) +
                       "; it must be as long, or pad it" + where_text({}));
    }
    steps = (time - seen) / o.stride + 1;
  } else if (o.padding == ConvPadding::causal) {
    before = seen - 1;
  } else {
    before = std::max<std::int64_t>(0, (steps - 1) * o.stride + seen - time) / 2;
  }
  // Each slice takes whole strides, of which it then keeps the first step.
  return {steps, before, std::max<std::int64_t>(0, seen - 1 + steps * o.stride - time - before)};
}

/// Every stride-th step of xs from `first`.
Tensor strided(const Tensor& xs, std::int64_t first, std::int64_t steps, std::int64_t stride) {
  const Tensor all = slice(xs, 0, first, first + steps * stride);
  if (stride == 1) return all;
  const std::int64_t batch = xs.shape()[1], size = xs.shape()[2];
  const Tensor groups = reshape(all, {steps, stride, batch, size});
  return reshape(slice(groups, 1, 0, 1), {steps, batch, size});
}

}  // namespace

Conv1D::Conv1D(const Scope& scope, const Conv1DOptions& options)
    : scope_(scope.path()),
      options_(checked(options)),
      weight_(scope.parameter("weight", {options.width, options.input, options.output},
                              options.weight_initializer)) {
  if (options.bias) bias_ = scope.parameter("bias", {options.output}, init::zeros());
}

Tensor Conv1D::operator()(const Tensor& xs, const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const Conv1DOptions& o = options_;
  if (xs.rank() != 3 || xs.shape()[2] != o.input) {
    throw ShapeError("Conv1D: a sequence " + to_string(xs.shape()) + "; it must be [time, batch, " +
                     std::to_string(o.input) + "]" + where_text({}));
  }
  const auto [steps, before, behind] = layout_of(o, xs.shape()[0]);
  const Tensor padded = before + behind > 0 ? pad(xs, 0, before, behind) : xs;
  std::vector<Tensor> seen;
  for (std::int64_t k = 0; k < o.width; ++k) {
    seen.push_back(strided(padded, k * o.dilation, steps, o.stride));
  }
  const Tensor y = matmul(concat(seen, -1), reshape(weight_, {o.width * o.input, o.output}));
  return bias_ ? y + *bias_ : y;
}

}  // namespace chronograd
