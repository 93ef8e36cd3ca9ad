#pragma once

#include <cstdint>
#include <span>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// What the reductions have in common. Their integers are `keep` and then the axes as they were
/// given; the output is dense and has the kept axes' order.

/// Applies a reduction over `axes`, or over all axes.
Tensor apply_reduction(const Op& op, const Operand& x, std::span<const int> axes, bool keep);
Tensor apply_full_reduction(const Op& op, const Operand& x);

/// Checks the axes and declares one output of the input's dtype.
void infer_reduction(Inference& inference);
/// The same for f32 and f64 only.
void infer_floating_reduction(Inference& inference);

/// Bits of the axes of `shape` that `integers` ask for; they were checked.
std::uint32_t reduced_axes(Shape shape, std::span<const std::int64_t> integers);

/// How many elements of `shape` make one of the reduction.
std::int64_t reduced_count(Shape shape, std::span<const std::int64_t> integers);

/// `y`, which has the output's shape, repeated along the reduced axes to the input's shape.
Tensor repeat_to_input(const Differential& d, const Tensor& y);

/// One flop for each element.
Cost reduction_cost(const Inference& inference);

}  // namespace chronograd::detail
