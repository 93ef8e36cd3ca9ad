#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/locations.h"
#include "chronograd/graph/plan/schedule.h"

namespace chronograd::plan {

/// Operands that many kernels of one op read, and would read faster in other strides
/// (`Op::prefers`). They are copied into those strides once. An operand is a value, or several
/// leaves that are joined: a weight that each step of a recurrence multiplies by is the usual one.
class SharedOperands {
 public:
  SharedOperands(const Draft& draft, const Schedule& schedule);

  /// Where the location of the copy of an input is noted; it has no storage before the copy is
  /// made. Null if the input is not shared by enough kernels.
  Located* copy_of(const Task& task, std::size_t input);

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
  Key key_of(const Task& task, std::size_t input) const;

  const Draft& draft_;
  std::unordered_map<Key, Shared, Hash> shared_;
};

}  // namespace chronograd::plan
