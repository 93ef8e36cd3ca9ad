#include "chronograd/layers/layer_norm.h"

#include <algorithm>
#include <span>
#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/normalise.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"

namespace chronograd {
namespace {

Shape shape_of_row(const LayerNormOptions& options) {
  detail::require_positive("LayerNorm", "epsilon", options.epsilon, options.where);
  if (options.size != 0 && !options.sizes.empty()) {
    throw ValueError("LayerNorm: size = " + std::to_string(options.size) +
                     " and sizes too; the sizes of the last axes are given once" +
                     where_text(options.where));
  }
  if (options.sizes.empty()) detail::require_size("LayerNorm", "size", options.size, options.where);
  for (const std::int64_t size : options.sizes) {
    detail::require_size("LayerNorm", "sizes", size, options.where);
  }
  return options.sizes.empty() ? Shape{options.size}
                               : Shape{std::span<const std::int64_t>(options.sizes)};
}

// Normalised over the axes of `row`, which end the shape of x.
Tensor normalised(const Operand& x, Shape row, double epsilon) {
  if (row.rank() == 1) return detail::normalise(x, epsilon);
  const Shape shape = shape_of(x);
  if (shape.rank() < row.rank() || !std::equal(row.begin(), row.end(), shape.end() - row.rank())) {
    throw ShapeError("LayerNorm: " + to_string(shape) + "; its last axes must be " +
                     to_string(row) + where_text(x.where));
  }
  Shape rows = shape;
  for (int axis = 0; axis < row.rank(); ++axis) rows = rows.without(-1);
  const Tensor y = detail::normalise(reshape(x, rows.inserted(rows.rank(), row.size())), epsilon);
  return reshape(y, shape);
}

}  // namespace

LayerNorm::LayerNorm(const Scope& scope, const LayerNormOptions& options)
    : scope_(scope.path()),
      epsilon_(options.epsilon),
      gain_(scope.parameter("gain", shape_of_row(options), init::ones())) {
  if (options.bias) bias_ = scope.parameter("bias", gain_.shape(), init::zeros());
}

Tensor LayerNorm::operator()(Operand x) const {
  const CalledFrom caller{x.where};
  const InScope scope{scope_};
  const Tensor scaled = gain_ * normalised(x, gain_.shape(), epsilon_);
  return bias_ ? scaled + *bias_ : scaled;
}

}  // namespace chronograd
