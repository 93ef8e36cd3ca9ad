#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/layout.h"

namespace chronograd::plan {

/// Values that are to be read, or were written, as one: joined along an axis.
struct Joined {
  std::vector<ValueId> pieces;
  int axis = 0;
  Shape shape{};
  Strides strides{};                        ///< in the run of elements
  std::uint32_t element = Layout::nowhere;  ///< the first of the run, if there is one
};

/// Where results should lie, so that what is joined need not be copied.
struct Placement {
  Layout layout;
  std::vector<ValueId> inside;  ///< by value: the join's result that it is computed in, or no_id
  std::vector<std::uint32_t> runs;  ///< by value: where a join's result lies in a block, or nowhere
};

/// Joins values and asks for places for them.
class Joining {
 public:
  Joining(const Draft& draft, const detail::Recording& recording);

  /// Lets the joins that were recorded take their pieces where they can: side by side when they
  /// follow each other in memory, or else each in its place within the result.
  void place_joins();

  Joined single(ValueId v) const;
  Joined join(std::vector<ValueId> values, int axis);
  /// The bytes that a join would have to copy.
  std::int64_t copied(std::span<const ValueId> values, int axis) const;
  /// Lists of equal length are put in the order of the one with the most memory among those that
  /// lie somewhere already; where none does they stay as they are. Returns the new order.
  std::vector<std::uint32_t> order_as_they_lie(std::vector<std::vector<ValueId>>& lists) const;

  Placement take() { return std::move(placement_); }

 private:
  using Position = std::array<std::int64_t, 3>;

  std::optional<Position> position(ValueId v) const;
  Layout::Piece piece(ValueId v, int axis, Strides strides) const;
  std::vector<Layout::Piece> pieces(std::span<const ValueId> values, int axis,
                                    Strides strides) const;
  Strides strides_of_run(std::span<const ValueId> values, int axis) const;
  Strides strides_of_copies(ValueId first, const Joined& joined) const;
  bool can_be_placed(ValueId base) const;
  bool follow_each_other(std::span<const ValueId> values, int axis) const;
  void place_join(const Draft::Node& node);
  bool fits_inside(ValueId v) const;
  Layout::Piece side_by_side(ValueId v) const;
  bool lie_side_by_side(const Draft::Node& node) const;

  const Draft& draft_;
  const detail::Recording& recording_;
  Placement placement_;
};

}  // namespace chronograd::plan
