#pragma once

#include "chronograd/graph/op.h"

/// What ops share that take one number of each row of input 0: input 1 says which one.
namespace chronograd::detail {

/// Fails unless there is one index for each row. Indices whose numbers are there must be inside of
/// their rows, too.
void check_picks(const Inference& inference);
/// Fails when an index is outside of its row.
void check_picks(const Run& run, const Array& indices);

/// `sum` with dy added to the picked numbers.
Tensor add_picked(const Tensor& sum, const Tensor& indices, const Tensor& dy);

}  // namespace chronograd::detail
