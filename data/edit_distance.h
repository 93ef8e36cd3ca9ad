#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <ranges>
#include <vector>

namespace chronograd {

/// The Levenshtein distance: how many insertions, deletions and replacements, at least, turn one
/// sequence of symbols into the other. Takes any two ranges whose symbols compare by `==`; time
/// grows with the product of their lengths, memory with the second.
template <std::ranges::forward_range A, std::ranges::random_access_range B>
std::size_t edit_distance(const A& a, const B& b) {
  // costs[j]: from the part of `a` seen so far to the first j symbols of `b`.
  std::vector<std::size_t> costs(static_cast<std::size_t>(std::ranges::size(b)) + 1);
  std::iota(costs.begin(), costs.end(), std::size_t{0});
  for (const auto& symbol : a) {
    std::size_t diagonal = costs[0]++;
    for (std::size_t j = 1; j < costs.size(); ++j) {
      const auto& other = std::ranges::begin(b)[static_cast<std::ptrdiff_t>(j - 1)];
      const std::size_t replaced = diagonal + (symbol == other ? 0 : 1);
      diagonal = costs[j];
      costs[j] = (std::min)({replaced, diagonal + 1, costs[j - 1] + 1});
    }
  }
  return costs.back();
}

}  // namespace chronograd
