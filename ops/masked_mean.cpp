#include "chronograd/ops/masked_mean.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/maximum.h"
#include "chronograd/ops/minimum.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor masked_mean(Operand values, Operand real, Per per) {
  const Shape shape = shape_of(values), mask = shape_of(real);
  if (shape.rank() < 2 || mask != Shape{shape[0], shape[1]}) {
    throw ShapeError("masked_mean: values " + to_string(shape) + " and a mask " + to_string(mask) +
                     "; they must be [time, batch, ..] and [time, batch]" +
                     where_text(values.where));
  }
  const CalledFrom caller{values.where, "masked_mean"};
  const std::int64_t time = shape[0], batch = shape[1];
  const std::int64_t each = std::max<std::int64_t>(1, shape.without(0).without(0).size());
  const Tensor flat = reshape(values, {time, batch, shape.without(0).without(0).size()});
  const Tensor only_real = where(reshape(real, {time, batch, 1}), flat, 0);
  const Tensor counts =
      sum(cast(real, dtype_of(values)), 0) * static_cast<double>(each);  // [batch]
  if (per == Per::token) return sum(only_real) / maximum(sum(counts), 1);
  const Tensor means = sum(only_real, {0, 2}) / maximum(counts, 1);
  return sum(means) / maximum(sum(minimum(counts, 1)), 1);
}

}  // namespace chronograd
