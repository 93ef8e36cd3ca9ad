#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/shape.h"
#include "chronograd/graph/source_line.h"

namespace chronograd::detail {

/// Einstein's notation, read for operands of some shapes: a label for each axis. The axes that
/// "..." stands for have the digits as labels, the last of them '9'.
struct Equation {
  std::vector<std::string> terms;  ///< one for each operand
  std::string result;
};

/// Throws ValueError for a text that is no equation for so many operands, and ShapeError for one
/// that does not fit their shapes, naming the equation and the operand.
Equation parse_equation(std::string_view text, std::span<const Shape> shapes, SourceLine where);

}  // namespace chronograd::detail
