#pragma once

#include <cstdint>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// Row laws (Algebra::stacks) that several ops share.

/// The rows of all inputs may be stacked.
std::uint32_t stacks_all(const Inference& inference);
/// The same for an op that works along the axis given by its first integer, unless that is the
/// leading one.
std::uint32_t stacks_all_off_axis(const Inference& inference);
/// The same for an op that adds the axis given by its first integer, unless that becomes the
/// leading one.
std::uint32_t stacks_all_off_new_axis(const Inference& inference);

}  // namespace chronograd::detail
