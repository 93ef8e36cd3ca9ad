#pragma once

#include <span>
#include <vector>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// What ops that join many tensors or take one apart have in common.

/// One operand for each tensor, all given on the same line.
std::vector<Operand> operands_of(std::span<const Tensor> tensors, SourceLine where);

/// Fails unless there are inputs and all are of one dtype.
void check_joinable(const Inference& inference);

/// The gradients of an op's first `count` outputs; zeros where nothing depends on one.
std::vector<Tensor> dys(const Differential& d, int count);

/// Reads its inputs and writes as much.
Cost joining_cost(const Inference& inference);

}  // namespace chronograd::detail
