#include "chronograd/ops/accuracy.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/ops/argmax.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/alike.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/maximum.h"
#include "chronograd/ops/sum.h"

namespace chronograd {

Tensor accuracy(Operand logits, Operand labels) {
  return accuracy(logits, labels, ones(shape_of(labels), DType::boolean));
}

Tensor accuracy(Operand logits, Operand labels, Operand real) {
  const Shape shape = shape_of(logits);
  if (shape.rank() == 0 || shape.without(-1) != shape_of(labels) ||
      shape_of(real) != shape_of(labels)) {
    throw ShapeError("accuracy: logits " + to_string(shape) + ", labels " +
                     to_string(shape_of(labels)) + " and a mask " + to_string(shape_of(real)) +
                     "; the last two need the shape of the logits without the classes" +
                     where_text(logits.where));
  }
  const CalledFrom caller{logits.where, "accuracy"};
  const DType dtype = dtype_of(logits);
  const Tensor hits = logical_and(equal(argmax(logits), cast(labels, DType::i64)), real);
  return sum(cast(hits, dtype)) / maximum(sum(cast(real, dtype)), 1);
}

}  // namespace chronograd
