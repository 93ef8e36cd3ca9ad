#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/plan/draft.h"

namespace chronograd::plan {

/// Pass: a long sum is taken in parts, each summed up by itself, where what it is made of need then
/// not be kept to the end: the gradient of a weight through time, step by step, is made of what is
/// still in the cache. Not where that frees nothing, or the parts' results would take its place.
class Stretches {
 public:
  using NodeList = std::vector<std::uint32_t>;

  /// The nodes that are `absorbed` become parts of sums: of these, each over axes of its own, one
  /// of each operand.
  struct Sum {
    NodeList terms;
    std::vector<int> axes;
  };
  Stretches(const Draft& draft, const std::vector<bool>& absorbed, std::span<const Sum> sums);

  /// The terms of each part, in the order in which they are computed.
  std::vector<NodeList> of(const Sum& sum) const;

 private:
  struct Size {
    std::int64_t rows = 0;      ///< that are summed over
    std::int64_t elements = 0;  ///< of operands that are computed
  };

  Size extent_of(std::uint32_t term, const std::vector<int>& axes) const;
  bool long_enough(const Sum& sum) const;
  bool freed(std::uint32_t term) const;

  const Draft& draft_;
  std::vector<std::uint32_t> readers_;  ///< by value: kernels that read it but for long sums
};

}  // namespace chronograd::plan
