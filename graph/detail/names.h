#pragma once

#include <cstdint>
#include <string_view>

#include "chronograd/graph/operand.h"

namespace chronograd::detail {

/// The number of a name (a scope path or role), the same for equal names; 0 is the empty name.
/// Names are kept for the life of the process.
std::uint32_t intern_name(std::string_view name);
std::string_view name_of(std::uint32_t id);

/// The same for source lines; 0 is no line.
std::uint32_t intern_line(SourceLine line);
SourceLine line_of(std::uint32_t id);

}  // namespace chronograd::detail
