#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "chronograd/graph/tensor.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"

namespace chronograd::detail {

/// [.., size / 2]: position base^(-2k / size) for each k. In f64 until they are made: far positions
/// times small numbers lose digits in f32.
inline Tensor angles(const Tensor& positions, std::int64_t size, double base, DType dtype) {
  std::vector<double> rates(static_cast<std::size_t>(size / 2));
  for (std::size_t k = 0; k < rates.size(); ++k) {
    rates[k] = std::pow(base, -2 * static_cast<double>(k) / static_cast<double>(size));
  }
  const Tensor column = reshape(positions, positions.shape().inserted(positions.rank(), 1));
  return cast(cast(column, DType::f64) * Tensor::adopt(std::move(rates), {size / 2}), dtype);
}

}  // namespace chronograd::detail
