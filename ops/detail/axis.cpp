#include "chronograd/ops/detail/axis.h"

namespace chronograd::detail {

int checked_axis(const Inference& inference, Shape shape, std::int64_t axis) {
  if (axis < -shape.rank() || axis >= shape.rank()) {
    inference.fail(
        "axis " + std::to_string(axis) + " of " + to_string(shape),
        "it has " + std::to_string(shape.rank()) + (shape.rank() == 1 ? " axis" : " axes"));
  }
  return shape.axis(static_cast<int>(axis));
}

}  // namespace chronograd::detail
