#pragma once

#include "chronograd/ops/expand.h"
#include "chronograd/ops/reshape.h"
#include "tests/ops/gradient_case.h"

namespace chronograd::test {

/// Random numbers that lie in memory in one of many ways: densely, as a part of something wider,
/// with two axes swapped, repeated along an axis, as every second number. A tape must be open for
/// views to stay views.
inline Tensor laid_out(Draw& draw, Shape shape, DType dtype, double low = -2, double high = 2) {
  const auto numbers = [&](Shape s) { return cast(draw.tensor(s, low, high), dtype); };
  if (shape.rank() == 0) return numbers(shape);
  const int axis = static_cast<int>(draw.below(shape.rank()));
  const std::int64_t size = shape[axis];
  switch (draw.below(6)) {
    case 0: {
      const std::int64_t before = draw.below(3);
      const Tensor wider = numbers(shape.with(axis, before + size + draw.below(3)));
      return slice(wider, axis, before, before + size);
    }
    case 1: {
      return transpose(numbers(shape.with(-1, size).with(axis, shape[-1])), -1, axis);
    }
    case 2: {
      return transpose(numbers(shape.with(0, size).with(axis, shape[0])), 0, axis);
    }
    case 3: {
      return size == 0 ? numbers(shape) : expand(numbers(shape.with(axis, 1)), shape);
    }
    case 4: {
      if (shape.rank() == Shape::max_rank) return numbers(shape);
      const int behind = shape.rank();
      return reshape(slice(numbers(shape.inserted(behind, 2)), behind, 1, 2), shape);
    }
    default:
      return numbers(shape);
  }
}

}  // namespace chronograd::test
