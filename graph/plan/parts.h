#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "chronograd/graph/plan/draft.h"

namespace chronograd::plan {

/// A rectangular part of a value's elements, its axes perhaps in another order: axis j of the part
/// runs along axis `axis[j]` of the value (-1: along none), whose positions begin at `start`.
struct Box {
  Shape shape;
  std::array<std::int8_t, Shape::max_rank> axis;
  std::array<std::int64_t, Shape::max_rank> start;
};

/// What is computed part by part, by the fused kernels that read the parts.
struct Parts {
  std::vector<bool> in_parts;               ///< by node: whether it is one of these
  std::vector<std::uint32_t> box_of_value;  ///< by value that is a part of an elementwise result
  std::vector<Box> boxes;
};

/// Pass: an elementwise result that is only read in parts is not computed as a whole. Each reader
/// computes the part that it reads: the sum before the gates of an LSTM is never stored.
Parts find_parts(const Draft& draft);

}  // namespace chronograd::plan
