#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tensor.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sequence_mask.h"
#include "chronograd/ops/where.h"

namespace chronograd::detail {

/// bool [time, batch, 1, ..], of as many axes as xs [time, batch, ..] has: which steps are real.
/// Throws ShapeError unless lengths is [batch].
inline Tensor real_steps_of(std::string_view layer, const Tensor& xs, const Tensor& lengths) {
  const std::int64_t time = xs.shape()[0], batch = xs.shape()[1];
  if (lengths.shape() != Shape{batch}) {
    throw ShapeError(std::string(layer) + ": lengths " + to_string(lengths.shape()) +
                     " for a batch of " + std::to_string(batch) + "; they must be [" +
                     std::to_string(batch) + "]" + where_text({}));
  }
  Shape shape{time, batch};
  for (int axis = 2; axis < xs.rank(); ++axis) shape = shape.inserted(axis, 1);
  return reshape(sequence_mask(lengths, time), shape);
}

/// xs with zeros for padding: a NaN there would come back through the gradients of weights, as
/// 0 * NaN. Without lengths xs itself.
inline Tensor without_padding(std::string_view layer, const Tensor& xs, const Tensor& lengths) {
  return lengths.has_value() ? where(real_steps_of(layer, xs, lengths), xs, 0) : xs;
}

}  // namespace chronograd::detail
