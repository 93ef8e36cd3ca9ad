#include "chronograd/ops/masked_fill.h"

#include <string>
#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/rows.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor masked_fill(Operand x, Operand mask, Operand value) {
  const Shape shape = shape_of(x);
  for (const Operand& filler : {mask, value}) {
    if (detail::broadcasts_to(shape_of(filler), shape)) continue;
    throw ShapeError("masked_fill: " + to_string(shape) + " with a mask of " +
                     to_string(shape_of(mask)) + " and a value of " + to_string(shape_of(value)) +
                     "; both must broadcast to the shape of x" + where_text(x.where));
  }
  const CalledFrom caller{x.where, "masked_fill"};
  return where(std::move(mask), std::move(value), std::move(x));
}

}  // namespace chronograd
