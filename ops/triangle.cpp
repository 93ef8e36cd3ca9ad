#include "chronograd/ops/triangle.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

Shape checked_matrices(const Operand& x, const std::string& op) {
  const Shape shape = shape_of(x);
  if (shape.rank() >= 2) return shape;
  throw ShapeError(op + ": " + to_string(shape) + "; a triangle needs at least 2 axes" +
                   where_text(x.where));
}

}  // namespace

Tensor triangular_mask(std::int64_t rows, std::int64_t columns, std::int64_t diagonal) {
  const Tensor row = reshape(arange(rows, DType::i64), {rows, 1});
  return arange(columns, DType::i64) - row <= diagonal;
}

Tensor tril(Operand x, std::int64_t diagonal) {
  const Shape shape = checked_matrices(x, "tril");
  const CalledFrom caller{x.where, "tril"};
  return where(triangular_mask(shape[-2], shape[-1], diagonal), x, zeros({}, dtype_of(x)));
}

Tensor triu(Operand x, std::int64_t diagonal) {
  const Shape shape = checked_matrices(x, "triu");
  const CalledFrom caller{x.where, "triu"};
  return where(triangular_mask(shape[-2], shape[-1], diagonal - 1), zeros({}, dtype_of(x)), x);
}

}  // namespace chronograd
