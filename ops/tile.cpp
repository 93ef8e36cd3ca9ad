#include "chronograd/ops/tile.h"

#include <cstddef>
#include <string>
#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/reshape.h"

namespace chronograd {
namespace {

// x as rows of `width` numbers, each of them `times` times.
Tensor rows_repeated(const Tensor& x, std::int64_t width, std::int64_t times, Shape shape) {
  if (x.shape().empty()) return reshape(x, shape);
  const std::int64_t rows = x.size() / width;
  return reshape(expand(reshape(x, {rows, 1, width}), {rows, times, width}), shape);
}

void check_times(const Operand& x, std::int64_t times, const char* function) {
  if (times >= 0) return;
  throw ShapeError(std::string(function) + ": " + std::to_string(times) +
                   " times; it must be at least 0" + where_text(x.where));
}

std::int64_t elements_from(Shape shape, int axis) {
  std::int64_t elements = 1;
  for (; axis < shape.rank(); ++axis) elements *= shape[axis];
  return elements;
}

}  // namespace

Tensor tile(Operand x, std::span<const std::int64_t> times) {
  const Shape shape = shape_of(x);
  if (static_cast<int>(times.size()) != shape.rank()) {
    throw ShapeError("tile: " + std::to_string(times.size()) + " numbers for " + to_string(shape) +
                     "; there must be one for each axis" + where_text(x.where));
  }
  const CalledFrom caller{x.where, "tile"};
  Tensor y = reshape(x, shape);
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const std::int64_t copies = times[static_cast<std::size_t>(axis)];
    check_times(x, copies, "tile");
    y = rows_repeated(y, elements_from(y.shape(), axis), copies,
                      y.shape().with(axis, copies * shape[axis]));
  }
  return y;
}

Tensor tile(Operand x, std::initializer_list<std::int64_t> times) {
  return tile(std::move(x), std::span<const std::int64_t>(times.begin(), times.size()));
}

Tensor repeat_interleave(Operand x, std::int64_t times, int axis) {
  axis = detail::checked_axis(x, axis, "repeat_interleave");
  check_times(x, times, "repeat_interleave");
  const CalledFrom caller{x.where, "repeat_interleave"};
  const Shape shape = shape_of(x);
  return rows_repeated(reshape(std::move(x), shape), elements_from(shape, axis + 1), times,
                       shape.with(axis, times * shape[axis]));
}

}  // namespace chronograd
