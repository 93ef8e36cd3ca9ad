#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// What the reductions have in common. Their integers are `keep` and then the axes as they were
/// given.

/// Applies a reduction over `axes`, or over all axes.
Tensor apply_reduction(const Op& op, Operand x, std::span<const int> axes, bool keep);
Tensor apply_full_reduction(const Op& op, Operand x);

/// Checks the axes and declares one output of the input's dtype.
void infer_reduction(Inference& inference);
/// The same for f32 and f64 only.
void infer_floating_reduction(Inference& inference);
/// The same for any dtype.
void infer_any_reduction(Inference& inference);
/// The same for every dtype but bool; refuses to reduce nothing to something.
void infer_extremum(Inference& inference);

std::vector<int> given_axes(std::span<const std::int64_t> integers);
/// Bits of the axes of `shape` that are reduced.
std::uint32_t reduced_axes(Shape shape, std::span<const std::int64_t> integers);
/// How many elements of `shape` make one of the reduction.
std::int64_t reduced_count(Shape shape, std::span<const std::int64_t> integers);

/// `y`, which has the output's shape, repeated along the reduced axes to the input's shape.
Tensor repeat_to_input(const Differential& d, const Tensor& y);

/// The gradient of `max` and `min`: dy in equal shares to the elements that are the output.
Tensor gradient_of_extremum(const Differential& d, int input);

/// The rows of the input, unless their axis is reduced.
std::uint32_t reduction_stacks(const Inference& inference);

/// One flop for each element.
Cost reduction_cost(const Inference& inference);

}  // namespace chronograd::detail
