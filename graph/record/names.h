#pragma once

#include <cstdint>
#include <string_view>

#include "chronograd/graph/operand.h"

namespace chronograd::detail {

/// The number of a name (a scope path or role), the same for equal names; 0 is the empty name.
/// Names are kept for the life of the process.
std::uint32_t intern_name(std::string_view name);
std::string_view name_of(std::uint32_t id);

/// A line that a function of the library was called on, and the name of that function where
/// messages shall show it instead of its ops'; a literal.
struct Caller {
  SourceLine line{};
  const char* op = "";
};

/// The same for callers; 0 is none.
std::uint32_t intern_caller(const Caller& caller);
Caller caller_of(std::uint32_t id);

}  // namespace chronograd::detail
