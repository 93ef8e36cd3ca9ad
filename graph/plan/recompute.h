#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "chronograd/graph/plan/draft.h"

namespace chronograd::plan {

/// Pairs of passes and values.
class PassValues {
 public:
  void add(std::uint32_t pass, ValueId value) { pairs_.insert(key(pass, value)); }
  bool in(std::uint32_t pass, ValueId value) const {
    return !pairs_.empty() && pairs_.contains(key(pass, value));
  }

 private:
  static std::uint64_t key(std::uint32_t pass, ValueId value) {
    return std::uint64_t{pass} << 32 | value;
  }
  std::unordered_set<std::uint64_t> pairs_;
};

/// Pass: a value is computed again where that is cheaper than to keep it: where it is one
/// instruction on a value that is read or kept anyway and on numbers that are few beside it, as the
/// normalised rows of a layer norm are of the centred ones.
///
/// Returns which passes compute a value again that they would else read from memory. `pass_of`
/// tells the pass of each node, which is none for those that are computed only where they are read,
/// and `stored` the values that the passes must store; both are changed to what holds then.
PassValues find_recomputed(const Draft& draft, std::vector<std::uint32_t>& pass_of,
                           std::vector<bool>& stored);

}  // namespace chronograd::plan
