#pragma once

#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

/// Sums over the axes along which `shape` was stretched to the tensor's shape: the gradient of
/// broadcasting.
Tensor sum_to(const Tensor& tensor, Shape shape);

}  // namespace chronograd::detail
