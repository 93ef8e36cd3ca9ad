#pragma once

#include <cstdint>
#include <string_view>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// `axis` of a shape, counted from the front. Fails with the op's name when there is none.
int checked_axis(const Inference& inference, Shape shape, std::int64_t axis);

/// The same for a function made of ops, by its name.
int checked_axis(const Operand& x, int axis, std::string_view function);

/// The axis an op was recorded for, as its integer k: it was checked then.
inline int axis_of(const Run& run, int k = 0) {
  return run.inputs[0].shape.axis(static_cast<int>(run.integer(k)));
}
inline int axis_of(const Differential& d, int k = 0) {
  return d.input_shape(0).axis(static_cast<int>(d.integer(k)));
}

/// `position` counted from the front: negative ones count from the end, at `size`.
inline std::int64_t from_front(std::int64_t position, std::int64_t size) {
  return position < 0 ? position + size : position;
}

}  // namespace chronograd::detail
