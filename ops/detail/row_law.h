#pragma once

#include <cstdint>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// Row laws (Algebra::stacks) that several ops share.

/// The rows of all inputs.
std::uint32_t stacks_all(const Inference& inference);
/// The same for an op along the axis that is its first integer, unless that is the rows' own.
std::uint32_t stacks_all_off_axis(const Inference& inference);
/// The same for an op that adds such an axis.
std::uint32_t stacks_all_off_new_axis(const Inference& inference);

}  // namespace chronograd::detail
