#include "chronograd/ops/diagonal.h"

#include <algorithm>
#include <string>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// x with two of its axes behind all others.
Tensor with_last(const Operand& x, int rows, int columns) {
  std::vector<int> order;
  for (int axis = 0; axis < shape_of(x).rank(); ++axis) {
    if (axis != rows && axis != columns) order.push_back(axis);
  }
  order.insert(order.end(), {rows, columns});
  return permute(x, order);
}

}  // namespace

Tensor diagonal(Operand x, std::int64_t offset, int rows, int columns) {
  const int a = detail::checked_axis(x, rows, "diagonal");
  const int b = detail::checked_axis(x, columns, "diagonal");
  if (a == b) {
    throw ShapeError("diagonal: axis " + std::to_string(rows) + " of " + to_string(shape_of(x)) +
                     " twice; two axes have a diagonal" + where_text(x.where));
  }
  const CalledFrom caller{x.where, "diagonal"};
  const Tensor y = with_last(x, a, b);
  const std::int64_t m = y.shape()[-2], n = y.shape()[-1];
  const std::int64_t k = std::clamp(offset, -m, n);
  const std::int64_t down = std::max<std::int64_t>(-k, 0), right = std::max<std::int64_t>(k, 0);
  const std::int64_t count = std::min(m - down, n - right);
  // In row-major order the elements of a diagonal lie evenly, a row and one column apart.
  const Shape rest = y.shape().without(-1).without(-1);
  const Tensor flat = reshape(y, rest.inserted(rest.rank(), m * n));
  const std::int64_t first = down * n + right;
  return slice(flat, -1, {.start = first, .stop = first + count * (n + 1), .step = n + 1});
}

Tensor diag(Operand x, std::int64_t offset) {
  const std::int64_t n = shape_of(x)[detail::checked_axis(x, -1, "diag")];
  const std::int64_t right = std::max<std::int64_t>(offset, 0);
  const std::int64_t down = std::max<std::int64_t>(-offset, 0);
  const std::int64_t size = n + right + down;
  const CalledFrom caller{x.where, "diag"};
  const Tensor by_column = pad(x, -1, right, down);
  const Tensor columns = arange(size, DType::i64);
  const Tensor on_diagonal = equal(columns - reshape(columns, {size, 1}), offset);
  return where(on_diagonal, reshape(by_column, by_column.shape().inserted(-2, 1)),
               zeros({}, dtype_of(x)));
}

Tensor eye(std::int64_t size, DType dtype) { return diag(ones({size}, dtype)); }

}  // namespace chronograd
