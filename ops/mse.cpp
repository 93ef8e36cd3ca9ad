#include "chronograd/ops/mse.h"

#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/mean_square.h"
#include "chronograd/ops/sub.h"

namespace chronograd {

Tensor mse(Operand prediction, Operand target) {
  const Shape shape = shape_of(prediction);
  if (shape != shape_of(target)) {
    throw ShapeError("mse: " + to_string(shape) + " against " + to_string(shape_of(target)) +
                     "; the shapes must be equal" + where_text(prediction.where));
  }
  const CalledFrom caller{prediction.where, "mse"};
  return mean_square(std::move(prediction) - std::move(target));
}

}  // namespace chronograd
