#pragma once

#include <span>
#include <string>

#include "chronograd/graph/tensor.h"

namespace chronograd::onnx {

/// Einstein's summation as in NumPy, "bij, bjk -> bik", with the result's labels given: products
/// over broadcast axes, summed over those that the result lacks.
Tensor einsum(const std::string& equation, std::span<const Tensor> tensors);

}  // namespace chronograd::onnx
