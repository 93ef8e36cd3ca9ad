#pragma once

#include "chronograd/graph/array.h"

namespace chronograd::detail {

/// c = a b over the last two axes; the leading axes of a and b broadcast to those of c. All f32 or
/// all f64; c is dense.
void product(const Array& a, const Array& b, const Array& c);

}  // namespace chronograd::detail
