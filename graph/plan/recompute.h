#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "chronograd/graph/plan/draft.h"

namespace chronograd::plan {

/// A set of pairs of a fused kernel and a value.
class KernelValues {
 public:
  void add(std::uint32_t kernel, ValueId value) { pairs_.insert(key(kernel, value)); }
  bool in(std::uint32_t kernel, ValueId value) const {
    return !pairs_.empty() && pairs_.contains(key(kernel, value));
  }

 private:
  static std::uint64_t key(std::uint32_t kernel, ValueId value) {
    return std::uint64_t{kernel} << 32 | value;
  }
  std::unordered_set<std::uint64_t> pairs_;
};

/// Pass: a fused kernel computes a value again instead of reading it, where that is cheaper than to
/// keep the value. That is so when the value is one cheap instruction on something that is read or
/// kept anyway, and on something with much fewer numbers: the normalised rows of a layer norm are
/// the centred rows times one number for each row.
///
/// Returns which fused kernels compute which values again. `kernel_of` tells the fused kernel of
/// each node and `stored` the values that are stored. Both are updated: a node that is computed
/// only where it is read is in no fused kernel of its own any more, and its value is not stored.
KernelValues find_recomputed(const Draft& draft, std::vector<std::uint32_t>& kernel_of,
                             std::vector<bool>& stored);

}  // namespace chronograd::plan
