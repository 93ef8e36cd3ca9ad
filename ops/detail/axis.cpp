#include "chronograd/ops/detail/axis.h"

#include <string>

namespace chronograd::detail {
namespace {

bool has_axis(Shape shape, std::int64_t axis) {
  return axis >= -shape.rank() && axis < shape.rank();
}

std::string what_came(Shape shape, std::int64_t axis) {
  return "axis " + std::to_string(axis) + " of " + to_string(shape);
}

std::string axes_there_are(Shape shape) {
  return "it has " + std::to_string(shape.rank()) + (shape.rank() == 1 ? " axis" : " axes");
}

}  // namespace

int checked_axis(const Inference& inference, Shape shape, std::int64_t axis) {
  if (!has_axis(shape, axis)) inference.fail(what_came(shape, axis), axes_there_are(shape));
  return shape.axis(static_cast<int>(axis));
}

int checked_axis(const Operand& x, int axis, std::string_view function) {
  const Shape shape = shape_of(x);
  if (!has_axis(shape, axis)) {
    throw ShapeError(std::string(function) + ": " + what_came(shape, axis) + "; " +
                     axes_there_are(shape) + where_text(x.where));
  }
  return shape.axis(axis);
}

}  // namespace chronograd::detail
