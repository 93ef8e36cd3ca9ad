#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/plan/draft.h"

namespace chronograd::plan {

/// Pass: cuts a long sum into stretches, each of which is summed up as soon as its terms are there.
/// The operands of a stretch are then still in the cache, and need not be kept until the last one
/// is there: that is so for the gradient of a weight through time. A sum stays whole where nothing
/// would be freed earlier, or where the results of the stretches would take as much memory.
class Stretches {
 public:
  using NodeList = std::vector<std::uint32_t>;

  /// A sum of nodes, which joins their k-th operands along the k-th axis.
  struct Sum {
    NodeList terms;
    std::vector<int> axes;
  };
  /// `absorbed` tells of each node whether it becomes a part of one of these sums.
  Stretches(const Draft& draft, const std::vector<bool>& absorbed, std::span<const Sum> sums);

  /// The terms of each stretch, in the order in which they are computed.
  std::vector<NodeList> of(const Sum& sum) const;

 private:
  struct Size {
    std::int64_t rows = 0;      ///< how many rows are summed over
    std::int64_t elements = 0;  ///< how many elements the operands have that are computed
  };

  Size extent_of(std::uint32_t term, const std::vector<int>& axes) const;
  bool long_enough(const Sum& sum) const;
  bool freed(std::uint32_t term) const;

  const Draft& draft_;
  std::vector<std::uint32_t> readers_;  ///< by value: the kernels that read it, without long sums
};

}  // namespace chronograd::plan
