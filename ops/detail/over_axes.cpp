#include "chronograd/ops/detail/over_axes.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/transpose.h"

namespace chronograd::detail {

Tensor over_axes(const Operand& x, std::span<const int> axes, const char* function,
                 Tensor (*along_last)(const Tensor&)) {
  const Shape shape = shape_of(x);
  std::vector<int> together;
  std::int64_t count = 1;
  for (const int given : axes) {
    const int axis = checked_axis(x, given, function);
    if (std::find(together.begin(), together.end(), axis) != together.end()) {
      throw ShapeError(std::string(function) + ": axis " + std::to_string(given) + " of " +
                       to_string(shape) + " twice; each axis may be given once" +
                       where_text(x.where));
    }
    together.push_back(axis);
    count *= shape[axis];
  }
  std::vector<int> order;
  std::vector<std::int64_t> rows;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (std::find(together.begin(), together.end(), axis) != together.end()) continue;
    order.push_back(axis);
    rows.push_back(shape[axis]);
  }
  order.insert(order.end(), together.begin(), together.end());
  rows.push_back(count);
  std::vector<int> back(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    back[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
  }
  const CalledFrom caller{x.where, function};
  const Tensor ordered = permute(x, order);
  const Tensor y = along_last(reshape(ordered, Shape{std::span<const std::int64_t>(rows)}));
  return permute(reshape(y, ordered.shape()), back);
}

}  // namespace chronograd::detail
