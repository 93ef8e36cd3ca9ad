#include "chronograd/layers/positions.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/angles.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/cos.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sin.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/stack.h"

namespace chronograd {
namespace {

Parameter weight_of(const Scope& scope, const LearnedPositionsOptions& options) {
  detail::require_size("LearnedPositions", "longest", options.longest, options.where);
  detail::require_size("LearnedPositions", "size", options.size, options.where);
  return scope.parameter("weight", {options.longest, options.size}, options.initializer);
}

}  // namespace

Tensor sinusoidal_positions(const Tensor& positions, std::int64_t size, DType dtype,
                            const char* file, unsigned line) {
  const CalledFrom caller{{file, line}};
  if (size <= 0 || size % 2 != 0) {
    throw ValueError("sinusoidal_positions: size = " + std::to_string(size) +
                     "; it must be even and above 0" + where_text({}));
  }
  const Tensor angles = detail::angles(positions, size, 10000, dtype);
  const Tensor pairs = stack({sin(angles), cos(angles)}, positions.rank() + 1);
  return reshape(pairs, positions.shape().inserted(positions.rank(), size));
}

Tensor sinusoidal_positions(std::int64_t time, std::int64_t size, DType dtype, const char* file,
                            unsigned line) {
  const CalledFrom caller{{file, line}};
  return sinusoidal_positions(arange(time, DType::i64), size, dtype);
}

LearnedPositions::LearnedPositions(const Scope& scope, const LearnedPositionsOptions& options)
    : scope_(scope.path()), weight_(weight_of(scope, options)) {}

Tensor LearnedPositions::operator()(const Tensor& xs, std::int64_t start, const char* file,
                                    unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const Shape shape = xs.shape(), table = weight_.shape();
  if (shape.rank() != 3 || shape[2] != table[1]) {
    throw ShapeError("LearnedPositions: a sequence " + to_string(shape) +
                     "; it must be [time, batch, " + std::to_string(table[1]) + "]" +
                     where_text({}));
  }
  if (start < 0 || start + shape[0] > table[0]) {
    throw IndexError("LearnedPositions: positions " + std::to_string(start) + " to " +
                     std::to_string(start + shape[0]) + "; there are " + std::to_string(table[0]) +
                     where_text({}));
  }
  return xs + reshape(slice(weight_, 0, start, start + shape[0]), {shape[0], 1, shape[2]});
}

}  // namespace chronograd
