#include "chronograd/ops/put_along_axis.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/positions.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/scatter.h"
#include "chronograd/ops/scatter_add.h"

namespace chronograd {
namespace {

using Scatter = Tensor (*)(Operand, Operand, Operand);

Tensor along_axis(Scatter op, const char* name, const Operand& x, const Operand& indices,
                  const Operand& values, int axis) {
  if (shape_of(values) != shape_of(indices)) {
    throw ShapeError(std::string(name) + ": values " + to_string(shape_of(values)) +
                     " for indices " + to_string(shape_of(indices)) + "; the shapes must be equal" +
                     where_text(x.where));
  }
  const CalledFrom caller{x.where, name};
  const Tensor positions = detail::positions_along(indices, shape_of(x), axis);
  const Shape row{positions.size()};
  const Tensor y =
      op(reshape(x, {shape_of(x).size()}), reshape(positions, row), reshape(values, row));
  return reshape(y, shape_of(x));
}

}  // namespace

Tensor put_along_axis(Operand x, Operand indices, Operand values, int axis) {
  return along_axis(scatter, "put_along_axis", x, indices, values, axis);
}

Tensor add_along_axis(Operand x, Operand indices, Operand values, int axis) {
  return along_axis(scatter_add, "add_along_axis", x, indices, values, axis);
}

}  // namespace chronograd
