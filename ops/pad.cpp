#include "chronograd/ops/pad.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"

namespace chronograd {

Tensor pad(Operand x, int axis, std::int64_t before, std::int64_t after, double value) {
  const CalledFrom caller{x.where, "pad"};
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
  const DType dtype = dtype_of(x);
  return concat({full(shape.with(axis, before), value, dtype), x,
                 full(shape.with(axis, after), value, dtype)},
                axis);
}

}  // namespace chronograd
