#pragma once

#include <cstdint>

#include "chronograd/graph/error.h"

namespace chronograd {

/// What an optimizer does with a step that would put NaN or infinity into a weight or a moment, as
/// a gradient that is not finite does. That the loss is finite is not asked: it is no part of the
/// step.
enum class NotFinite : std::uint8_t {
  refuse,  ///< throws NotFiniteError, naming the parameter; nothing has changed
  skip,    ///< leaves all weights, moments and counts alone; `step` returns false
  apply,   ///< takes the step all the same, without looking
};

/// A step that an optimizer refused: "Adam: the gradient of model/lstm/kernel is not finite; ..".
class NotFiniteError : public ValueError {
 public:
  using ValueError::ValueError;
};

}  // namespace chronograd
