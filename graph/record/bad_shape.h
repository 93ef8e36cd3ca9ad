#pragma once

#include <string>
#include <utility>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// What is thrown where a Shape cannot be: an op whose rule comes to that says it in its own name.
/// Programs see a ShapeError, so that the shared library need not export this.
struct [[gnu::visibility("hidden")]] BadShape : ShapeError {
  BadShape(std::string came_, std::string wanted_, const std::string& where)
      : ShapeError("shape: " + came_ + "; " + wanted_ + where),
        came(std::move(came_)),
        wanted(std::move(wanted_)) {}
  std::string came;
  std::string wanted;
};

/// Asks the op for its outputs.
inline void infer(const Op& op, Inference& inference) {
  try {
    op.infer(inference);
  } catch (const BadShape& bad) {
    inference.fail(bad.came, bad.wanted);
  }
}

}  // namespace chronograd::detail
