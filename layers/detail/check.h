#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// Throws ValueError unless a size that a layer needs was given, where its options tell.
inline void require_size(std::string_view layer, std::string_view option, std::int64_t size,
                         SourceLine where) {
  if (size > 0) return;
  throw ValueError(std::string(layer) + ": " + std::string(option) + " = " + std::to_string(size) +
                   "; give a size of at least 1" + where_text(where));
}

/// Throws ValueError unless 0 < value < infinity.
inline void require_positive(std::string_view layer, std::string_view option, double value,
                             SourceLine where) {
  if (value > 0 && value < std::numeric_limits<double>::infinity()) return;
  throw ValueError(std::string(layer) + ": " + std::string(option) + " = " + std::to_string(value) +
                   "; it must be above 0 and finite" + where_text(where));
}

/// Throws ValueError unless 0 <= rate < 1, as for dropout.
inline void require_rate(std::string_view layer, std::string_view option, double rate,
                         SourceLine where) {
  if (rate >= 0 && rate < 1) return;
  throw ValueError(std::string(layer) + ": " + std::string(option) + " = " + std::to_string(rate) +
                   "; it must be at least 0 and below 1" + where_text(where));
}

}  // namespace chronograd::detail
