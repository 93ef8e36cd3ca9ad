#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "chronograd/graph/shape.h"

namespace chronograd::detail {

/// One integer for each axis.
class PerAxis {
 public:
  explicit PerAxis(int rank) : rank_(static_cast<std::size_t>(rank)) {}
  explicit PerAxis(std::span<const std::int64_t> values) : rank_(values.size()) {
    for (std::size_t k = 0; k < rank_; ++k) values_[k] = values[k];
  }

  std::int64_t& operator[](int axis) { return values_[static_cast<std::size_t>(axis)]; }
  std::int64_t operator[](int axis) const { return values_[static_cast<std::size_t>(axis)]; }
  operator std::span<const std::int64_t>() const { return {values_.data(), rank_}; }

 private:
  std::array<std::int64_t, Shape::max_rank> values_{};
  std::size_t rank_;
};

}  // namespace chronograd::detail
