#pragma once

#include <span>
#include <string>

#include "chronograd/graph/tensor.h"

namespace chronograd::onnx {

/// Einstein's summation as in NumPy, "bij, bjk -> bik": products over broadcast axes, summed over
/// those that the result lacks. Without "->" the result has the labels that occur once, sorted.
Tensor einsum(const std::string& equation, std::span<const Tensor> tensors);

}  // namespace chronograd::onnx
