#pragma once

#include <cstdint>
#include <string_view>

#include "chronograd/graph/operand.h"

namespace chronograd::detail {

/// The number of a name (a scope path or role), the same for equal names; 0 is the empty name.
/// Names are kept for the life of the process.
std::uint32_t intern_name(std::string_view name);
std::string_view name_of(std::uint32_t id);

/// The line that a function of the library was called on. `op` is its name, a literal, if messages
/// shall show that name instead of those of the ops it is made of.
struct Caller {
  SourceLine line{};
  const char* op = "";
};

/// The number of a caller, the same for equal ones; 0 is no caller.
std::uint32_t intern_caller(const Caller& caller);
Caller caller_of(std::uint32_t id);

}  // namespace chronograd::detail
