#pragma once

#include <span>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// Runs one op. Outputs come with shape and dtype; they leave with memory: their own, that of an
/// input seen otherwise, or that of the input numbered `take_over` (-1: of none).
void execute(const Op& op, Attributes attributes, const PlaceIds& place,
             std::span<const Array> inputs, std::span<Array> outputs, int take_over = -1);

}  // namespace chronograd::detail
