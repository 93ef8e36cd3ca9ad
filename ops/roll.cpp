#include "chronograd/ops/roll.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"

namespace chronograd {

Tensor roll(Operand x, std::int64_t shift, int axis) {
  axis = detail::checked_axis(x, axis, "roll");
  const CalledFrom caller{x.where, "roll"};
  const std::int64_t size = shape_of(x)[axis];
  if (size == 0) return reshape(x, shape_of(x));
  const std::int64_t first = ((-(shift % size)) % size + size) % size;
  return concat({slice(x, axis, first, size), slice(x, axis, 0, first)}, axis);
}

}  // namespace chronograd
