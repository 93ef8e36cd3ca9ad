#pragma once

#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd::detail {

/// An op along the last axis that keeps the shape, applied to some axes of x together. Throws
/// ShapeError, naming `function`, for an axis that is not there or comes twice.
Tensor over_axes(const Operand& x, std::span<const int> axes, const char* function,
                 Tensor (*along_last)(const Tensor&));

}  // namespace chronograd::detail
