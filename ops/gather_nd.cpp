#include "chronograd/ops/gather_nd.h"

#include <string>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/positions.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/scatter.h"
#include "chronograd/ops/scatter_add.h"

namespace chronograd {
namespace {

// The sizes of `shape` from its k-th axis on.
std::vector<std::int64_t> sizes_from(Shape shape, std::int64_t k) {
  return {shape.begin() + k, shape.end()};
}

// x in rows, one for each place that a tuple may name, and those that the tuples do.
struct Named {
  Tensor rows;
  Tensor positions;
  Shape shape;  // of what they name

  Named(const Operand& x, const Operand& indices, int batch_dims)
      : positions(detail::positions_of_tuples(indices, shape_of(x), batch_dims)) {
    const Shape whole = shape_of(x);
    const std::int64_t indexed = batch_dims + shape_of(indices)[-1];
    const std::vector<std::int64_t> row = sizes_from(whole, indexed);
    std::int64_t count = 1;
    for (std::int64_t axis = 0; axis < indexed; ++axis) count *= whole[static_cast<int>(axis)];
    rows = reshape(x, Shape{std::span<const std::int64_t>(row)}.inserted(0, count));
    std::vector<std::int64_t> sizes = sizes_from(positions.shape(), 0);
    sizes.insert(sizes.end(), row.begin(), row.end());
    shape = Shape{std::span<const std::int64_t>(sizes)};
  }
};

using Scatter = Tensor (*)(Operand, Operand, Operand);

Tensor scattered(Scatter op, const char* name, const Operand& x, const Operand& indices,
                 const Operand& values, int batch_dims) {
  const CalledFrom caller{x.where, name};
  const Named named{x, indices, batch_dims};
  if (shape_of(values) != named.shape) {
    throw ShapeError(std::string(name) + ": values " + to_string(shape_of(values)) +
                     " for indices " + to_string(shape_of(indices)) + " into " +
                     to_string(shape_of(x)) + "; they name " + to_string(named.shape) +
                     where_text(x.where));
  }
  return reshape(op(named.rows, named.positions, values), shape_of(x));
}

}  // namespace

Tensor gather_nd(Operand x, Operand indices, int batch_dims) {
  const CalledFrom caller{x.where, "gather_nd"};
  const Named named{x, indices, batch_dims};
  return gather(named.rows, named.positions);
}

Tensor scatter_nd(Operand x, Operand indices, Operand values, int batch_dims) {
  return scattered(scatter, "scatter_nd", x, indices, values, batch_dims);
}

Tensor scatter_nd_add(Operand x, Operand indices, Operand values, int batch_dims) {
  return scattered(scatter_add, "scatter_nd_add", x, indices, values, batch_dims);
}

}  // namespace chronograd
