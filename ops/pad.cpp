#include "chronograd/ops/pad.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/flip.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/slice.h"

namespace chronograd {
namespace {

void check(const Operand& x, int axis, std::int64_t before, std::int64_t after) {
  const Shape shape = shape_of(x);
  const std::string where = where_text(x.where);
  if (axis < -shape.rank() || axis >= shape.rank()) {
    throw ShapeError("pad: axis " + std::to_string(axis) + " of " + to_string(shape) +
                     "; there is no such axis" + where);
  }
  if (before < 0 || after < 0) {
    throw ShapeError("pad: " + std::to_string(before) + " before and " + std::to_string(after) +
                     " behind axis " + std::to_string(axis) +
                     "; they must not be negative, slice takes elements off" + where);
  }
}

// How many elements there must be to pad `count` on one side.
std::int64_t needed(PadMode mode, std::int64_t count) {
  if (count == 0) return 0;
  return mode == PadMode::edge ? 1 : mode == PadMode::wrap ? count : count + 1;
}

// `count` elements of x, which has n, to stand before it or behind it.
Tensor padding(const Operand& x, int axis, std::int64_t n, std::int64_t count, bool before,
               PadMode mode) {
  if (count == 0) return slice(x, axis, 0, 0);
  switch (mode) {
    case PadMode::reflect:
      return flip(before ? slice(x, axis, 1, 1 + count) : slice(x, axis, n - 1 - count, n - 1),
                  axis);
    case PadMode::wrap:
      return before ? slice(x, axis, n - count, n) : slice(x, axis, 0, count);
    case PadMode::edge:
      break;
  }
  const std::int64_t at = before ? 0 : n - 1;
  return expand(slice(x, axis, at, at + 1), shape_of(x).with(axis, count));
}

}  // namespace

Tensor pad(Operand x, int axis, std::int64_t before, std::int64_t after, double value) {
  const CalledFrom caller{x.where, "pad"};
  check(x, axis, before, after);
  const Shape shape = shape_of(x);
  const DType dtype = dtype_of(x);
  return concat({full(shape.with(axis, before), value, dtype), std::move(x),
                 full(shape.with(axis, after), value, dtype)},
                axis);
}

Tensor pad(Operand x, int axis, std::int64_t before, std::int64_t after, PadMode mode) {
  const CalledFrom caller{x.where, "pad"};
  check(x, axis, before, after);
  const std::int64_t n = shape_of(x)[axis];
  const std::int64_t least = needed(mode, std::max(before, after));
  if (n < least) {
    throw ShapeError("pad: " + std::to_string(before) + " before and " + std::to_string(after) +
                     " behind axis " + std::to_string(axis) + " of " + to_string(shape_of(x)) +
                     "; this mode needs at least " + std::to_string(least) + " elements there" +
                     where_text(x.where));
  }
  return concat(
      {padding(x, axis, n, before, true, mode), x, padding(x, axis, n, after, false, mode)}, axis);
}

}  // namespace chronograd
