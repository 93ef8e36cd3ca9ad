#include "chronograd/layers/real_steps.h"

#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sequence_mask.h"

namespace chronograd::detail {

Tensor real_steps(const Tensor& lengths, const Tensor& mask, std::int64_t time, std::int64_t batch,
                  SourceLine asked) {
  if (lengths.has_value() && mask.has_value()) {
    throw ShapeError("unroll: lengths " + to_string(lengths.shape()) + " and a mask " +
                     to_string(mask.shape()) + "; give one of them" + where_text(asked));
  }
  const Shape column{time, batch, 1};
  if (lengths.has_value()) {
    if (lengths.shape() != Shape{batch}) {
      throw ShapeError("unroll: lengths " + to_string(lengths.shape()) + " for a batch of " +
                       std::to_string(batch) + "; they must be " + to_string(Shape{batch}) +
                       where_text(asked));
    }
    return reshape(sequence_mask(lengths, time), column);
  }
  if (!mask.has_value()) return {};
  if (mask.dtype() != DType::boolean) {
    throw DTypeError("unroll: a mask of " + std::string(name(mask.dtype())) + "; it must be bool" +
                     where_text(asked));
  }
  if (mask.shape() != Shape{time, batch}) {
    throw ShapeError("unroll: a mask " + to_string(mask.shape()) + " for " + std::to_string(time) +
                     " steps and a batch of " + std::to_string(batch) + "; it must be " +
                     to_string(Shape{time, batch}) + where_text(asked));
  }
  return reshape(mask, column);
}

}  // namespace chronograd::detail
