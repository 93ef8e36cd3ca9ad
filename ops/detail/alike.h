#pragma once

#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/operand.h"

namespace chronograd::detail {

/// Throws ShapeError unless both operands of a loss have one shape: a forgotten axis would
/// broadcast in silence.
inline void require_alike(const char* loss, const Operand& a, const Operand& b) {
  if (shape_of(a) == shape_of(b)) return;
  throw ShapeError(std::string(loss) + ": " + to_string(shape_of(a)) + " against " +
                   to_string(shape_of(b)) + "; the shapes must be equal" + where_text(a.where));
}

}  // namespace chronograd::detail
