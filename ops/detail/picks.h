#pragma once

#include "chronograd/graph/op.h"

/// What ops that take one number of each row share: input 1 says which one of input 0.
namespace chronograd::detail {

/// Fails unless there is one index for each row, and each that is known is inside of its row.
void check_picks(const Inference& inference);
/// Fails when an index is outside of its row.
void check_picks(const Run& run, const Array& indices);

/// `sum` with dy added to the picked numbers.
Tensor add_picked(const Tensor& sum, const Tensor& indices, const Tensor& dy);

}  // namespace chronograd::detail
