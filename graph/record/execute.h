#pragma once

#include <span>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// Whether the op's program computes it; else its kernel does.
bool runs_program(const Op& op);

/// Runs one op. The outputs come with shape and dtype and get memory: new memory, or that of an
/// input if the op is a view of it. Output 0 takes over the memory of the input numbered
/// `take_over`, unless that is -1.
void execute(const Op& op, Attributes attributes, const PlaceIds& place,
             std::span<const Array> inputs, std::span<Array> outputs, int take_over = -1);

}  // namespace chronograd::detail
