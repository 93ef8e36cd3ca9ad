#include "chronograd/layers/pool_over_time.h"

#include <cstdint>
#include <limits>
#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/padding.h"
#include "chronograd/ops/all_any.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/max.h"
#include "chronograd/ops/maximum.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

/// bool [time, batch, 1, ..]
Tensor real_steps(const char* name, const Tensor& xs, const Tensor& lengths) {
  if (xs.rank() < 2) {
    throw ShapeError(std::string(name) + ": a sequence " + to_string(xs.shape()) +
                     "; it must be [time, batch, ..]" + where_text({}));
  }
  if (lengths.has_value()) return detail::real_steps_of(name, xs, lengths);
  return ones(xs.shape(), DType::boolean);
}

}  // namespace

Tensor max_over_time(const Tensor& xs, const Tensor& lengths, const char* file, unsigned line) {
  const CalledFrom caller{{file, line}};
  const Tensor real = real_steps("max_over_time", xs, lengths);
  if (xs.shape()[0] == 0) return zeros(xs.shape().without(0), xs.dtype());
  constexpr double least = -std::numeric_limits<double>::infinity();
  return where(any(real, 0), (max)(where(real, xs, least), 0), 0);
}

Tensor mean_over_time(const Tensor& xs, const Tensor& lengths, const char* file, unsigned line) {
  const CalledFrom caller{{file, line}};
  const Tensor real = real_steps("mean_over_time", xs, lengths);
  return sum(where(real, xs, 0), 0) / maximum(sum(cast(real, xs.dtype()), 0), 1);
}

}  // namespace chronograd
