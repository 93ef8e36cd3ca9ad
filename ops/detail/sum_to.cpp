#include "chronograd/ops/detail/sum_to.h"

#include <vector>

#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sum.h"

namespace chronograd::detail {

Tensor sum_to(const Tensor& tensor, Shape shape) {
  if (tensor.shape() == shape) return tensor;
  const int extra = tensor.rank() - shape.rank();
  std::vector<int> axes;
  for (int axis = 0; axis < tensor.rank(); ++axis) {
    if (axis < extra || shape[axis - extra] != tensor.shape()[axis]) axes.push_back(axis);
  }
  const Tensor total = sum(tensor, axes, extra == 0);
  return total.shape() == shape ? total : reshape(total, shape);
}

}  // namespace chronograd::detail
