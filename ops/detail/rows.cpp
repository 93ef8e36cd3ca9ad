#include "chronograd/ops/detail/rows.h"

#include "chronograd/ops/detail/per_axis.h"

namespace chronograd::detail {

Array axis_last(const Array& array, int axis) {
  PerAxis strides{array.shape.rank()};
  int to = 0;
  for (int from = 0; from < array.shape.rank(); ++from) {
    if (from != axis) strides[to++] = array.strides[from];
  }
  strides[to] = array.strides[axis];
  Array seen = array;
  seen.shape = array.shape.without(axis).inserted(to, array.shape[axis]);
  seen.strides = Strides{strides};
  return seen;
}

bool broadcasts_to(Shape from, Shape to) {
  if (from.rank() > to.rank()) return false;
  for (int axis = -from.rank(); axis < 0; ++axis) {
    if (from[axis] != to[axis] && from[axis] != 1) return false;
  }
  return true;
}

Array stretched(const Array& array, Shape shape) {
  PerAxis strides{shape.rank()};
  const int missing = shape.rank() - array.shape.rank();
  for (int axis = missing; axis < shape.rank(); ++axis) {
    strides[axis] = array.shape[axis - missing] == 1 ? 0 : array.strides[axis - missing];
  }
  Array seen = array;
  seen.shape = shape;
  seen.strides = Strides{strides};
  return seen;
}

}  // namespace chronograd::detail
