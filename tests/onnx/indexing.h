#pragma once

#include <cstdint>
#include <span>

#include "chronograd/graph/tensor.h"

namespace chronograd::onnx {

/// A tensor of i64 with one axis.
Tensor row(std::span<const std::int64_t> numbers);

/// Numbers with one axis as those along one axis of `rank`.
Tensor along(const Tensor& numbers, int axis, int rank);

/// Indices of which negative ones count from the end of `size`, as such that do not.
Tensor from_front(const Tensor& indices, std::int64_t size);

/// The positions in row-major order that tuples of indices name: [.., k] becomes [..], for the
/// first k axes of a tensor with these sizes. Negative indices count from the end.
Tensor positions(const Tensor& indices, Shape sizes);

}  // namespace chronograd::onnx
