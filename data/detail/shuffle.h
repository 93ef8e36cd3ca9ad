#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "chronograd/graph/random.h"

namespace chronograd::detail {

/// Fisher-Yates. std::shuffle would give another order with another standard library.
template <class T>
void shuffle(std::span<T> values, RandomStream& random) {
  for (std::size_t left = values.size(); left > 1; --left) {
    std::swap(values[left - 1], values[static_cast<std::size_t>(random.below(left))]);
  }
}

/// 0 .. count-1 in random order.
inline std::vector<std::size_t> shuffled_indices(std::size_t count, RandomStream& random) {
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  shuffle(std::span(indices), random);
  return indices;
}

}  // namespace chronograd::detail
