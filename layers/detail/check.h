#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chronograd/graph/error.h"

namespace chronograd::detail {

/// Throws ValueError unless a size that a layer needs was given.
inline void require_size(std::string_view layer, std::string_view option, std::int64_t size) {
  if (size > 0) return;
  throw ValueError(std::string(layer) + ": " + std::string(option) + " = " + std::to_string(size) +
                   "; give a size of at least 1");
}

}  // namespace chronograd::detail
