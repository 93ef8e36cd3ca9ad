#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/places.h"
#include "chronograd/graph/plan/schedule.h"

namespace chronograd::plan {

/// What many kernels of one op read as it lies, and would rather read elsewhere (`Op::prefers`): a
/// value, or several joined that are there from the start.
class SharedOperands {
 public:
  SharedOperands(const Draft& draft, const Schedule& schedule);

  /// Where the copy of an input of a kernel is noted, nowhere at first; null if too few read it.
  Located* copy_of(const Step& step, std::size_t input);

 private:
  struct Shared {
    int readers = 0;
    Located copy{};
  };
  struct Piece {
    ValueId base;
    std::int64_t offset;
    Shape shape;
    Strides strides;
    bool operator==(const Piece&) const = default;
  };
  struct Key {
    const Op* op;
    std::size_t input;
    int axis;
    std::vector<Piece> pieces;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  bool may_share(const Joined& operand) const;
  Key key_of(const Step& step, std::size_t input) const;

  const Draft& draft_;
  std::unordered_map<Key, Shared, Hash> shared_;
};

}  // namespace chronograd::plan
