#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/reshape.h"

namespace chronograd {

/// f at every step of a sequence at once: xs [time, batch, ..] -> [time, batch, ..], where f takes
/// and returns tensors whose first axis is a batch (Keras' TimeDistributed). All steps are one
/// batch to f, so that a batch norm in it sees them together. Throws ShapeError for xs of less than
/// two axes and for an f that gives back another batch.
template <class F>
Tensor over_time(const F& f, const Tensor& xs, const char* file = __builtin_FILE(),
                 unsigned line = __builtin_LINE()) {
  const Shape shape = xs.shape(file, line);
  if (shape.rank() < 2) {
    throw ShapeError("over_time: a sequence " + to_string(shape) +
                     "; it must be [time, batch, ..]" + where_text({file, line}));
  }
  const std::int64_t time = shape[0], batch = shape[1];
  const Tensor ys = f(reshape(xs, shape.without(0).without(0).inserted(0, time * batch)));
  if (ys.rank() < 1 || ys.shape()[0] != time * batch) {
    throw ShapeError("over_time: a function that makes " + to_string(ys.shape()) +
                     " of a batch of " + std::to_string(time * batch) +
                     "; its first axis must be the batch" + where_text({file, line}));
  }
  return reshape(ys, ys.shape().without(0).inserted(0, batch).inserted(0, time));
}

}  // namespace chronograd
