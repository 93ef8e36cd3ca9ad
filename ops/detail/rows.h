#pragma once

#include "chronograd/graph/array.h"

namespace chronograd::detail {

/// The array seen with `axis` behind all others, whose order stays.
Array axis_last(const Array& array, int axis);

/// Whether a shape becomes the other by repeating axes of size 1 and new leading ones.
bool broadcasts_to(Shape from, Shape to);

/// The array seen in a shape it broadcasts to.
Array stretched(const Array& array, Shape shape);

}  // namespace chronograd::detail
