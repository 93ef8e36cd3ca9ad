#include "chronograd/ops/squeeze.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/reshape.h"

namespace chronograd {

Tensor squeeze(Operand x, int axis) {
  const Shape shape = shape_of(x);
  axis = detail::checked_axis(x, axis, "squeeze");
  if (shape[axis] != 1) {
    throw ShapeError("squeeze: axis " + std::to_string(axis) + " of " + to_string(shape) +
                     "; its size must be 1" + where_text(x.where));
  }
  return reshape(std::move(x), shape.without(axis));
}

Tensor squeeze(Operand x) {
  const Shape shape = shape_of(x);
  std::vector<std::int64_t> sizes;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(sizes),
               [](std::int64_t size) { return size != 1; });
  return reshape(x, Shape{std::span<const std::int64_t>(sizes)});
}

Tensor unsqueeze(Operand x, int axis) {
  const Shape shape = shape_of(x);
  if (axis < -shape.rank() - 1 || axis > shape.rank()) {
    throw ShapeError("unsqueeze: a new axis " + std::to_string(axis) + " for " + to_string(shape) +
                     "; it must be between " + std::to_string(-shape.rank() - 1) + " and " +
                     std::to_string(shape.rank()) + where_text(x.where));
  }
  return reshape(std::move(x), shape.inserted(axis, 1));
}

Tensor flatten(Operand x, int first, int last) {
  const Shape shape = shape_of(x);
  if (shape.rank() == 0 && first == 0 && last == -1) return reshape(std::move(x), {1});
  first = detail::checked_axis(x, first, "flatten");
  last = detail::checked_axis(x, last, "flatten");
  if (first > last) {
    throw ShapeError("flatten: axes " + std::to_string(first) + " to " + std::to_string(last) +
                     " of " + to_string(shape) + "; the last must not be before the first" +
                     where_text(x.where));
  }
  Shape rest = shape;
  std::int64_t size = 1;
  for (int axis = last; axis >= first; --axis) {
    size *= shape[axis];
    rest = rest.without(axis);
  }
  return reshape(std::move(x), rest.inserted(first, size));
}

}  // namespace chronograd
