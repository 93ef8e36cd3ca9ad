#pragma once

#include <cstdint>

#include "chronograd/graph/recording.h"

namespace chronograd::detail {

/// What nodes recorded on this thread are labelled with.
struct Context {
  std::uint32_t scope = 0;
  std::int32_t step = -1;
  std::uint32_t caller = 0;
  NodeId partner = no_id;  ///< while a gradient rule runs: the node it is the gradient of
};

inline thread_local Context context;

}  // namespace chronograd::detail
