// How values come to lie side by side.
//
// The idea. When nodes run as one, their inputs are read as one array and their outputs are written
// as one. Copying them together first would cost what the joining saves, so the operands are
// *computed* side by side. While the schedule is made, each joined kernel asks for its operands and
// results in a row, and the layout (layout.h) grants what it can: it keeps *strips*, rows of
// elements one behind the other in memory, which grow at both ends. When all is scheduled each
// strip becomes one piece of memory. Only what could not be granted is a *hole* in the strip, and
// is copied there when it is read.
//
// The invariant. A value is an element of one strip at most, and an element never moves away from
// its neighbours. A request that does not fit the strips there are gets a new strip with holes.
// What was granted before therefore stays true.
//
// An example. Three steps of a recurrence, whose x(t) W run as one product and whose weight
// gradient multiplies all h(t), of which h(0) was there from the beginning:
//
//     order of requests            strips afterwards
//     results of x W               | xW0 | xW1 | xW2 |
//     h(0) h(1) h(2) as an input   | xW0 | xW1 | xW2 |   | hole | h1 | h2 |     h(0) is a leaf
//     h(1) h(2) h(3) as an input   | xW0 | xW1 | xW2 |   | hole | h1 | h2 | h3 |
//     h(3) h(1)     as an input    ..the same, and a new strip  | hole | hole |   both are copied
//
// The joins that a user wrote (concat, stack) ask in the same way, before all others; see
// `lay_out_joins`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/layout.h"

namespace chronograd::plan {

/// Values that a task reads or writes as one array, joined along an axis; or a single value.
struct Joined {
  std::vector<ValueId> pieces;
  int axis = 0;
  Shape shape{};
  Strides strides{};                        ///< of the whole, in the strip
  std::uint32_t element = Layout::nowhere;  ///< of the first piece, if the layout was asked
};

/// Where results should lie so that joined ones need not be copied.
struct WantedLayout {
  Layout layout;
  std::vector<ValueId> inside;  ///< by value: the join whose result it is computed in, or no_id
  /// By value: the element of a strip at which the result of a join begins, or nowhere.
  std::vector<std::uint32_t> strip_of_join;
};

/// Joins values, and asks the layout for them side by side.
class Joining {
 public:
  Joining(const Draft& draft, const detail::Recording& recording);

  /// Asks for the inputs of the joins that were recorded. If each input fits inside of the result,
  /// each is computed where it belongs there. If not, and if the inputs follow each other in the
  /// result, they are asked for in a strip, which then is the result.
  void lay_out_joins();

  Joined single(ValueId v) const;
  Joined join(std::vector<ValueId> values, int axis);
  /// How many bytes would have to be copied to join the values.
  std::int64_t copied(std::span<const ValueId> values, int axis) const;
  /// Sorts lists of equal length in one way: the one with the most memory, among those all of whose
  /// values lie somewhere already, comes out in the order in which they lie. Returns that order;
  /// nothing, and the lists as they were, when no list lies anywhere yet.
  std::vector<std::uint32_t> order_as_they_lie(std::vector<std::vector<ValueId>>& lists) const;

  WantedLayout take() { return std::move(wanted_); }

 private:
  using Position = std::array<std::int64_t, 3>;

  std::optional<Position> position(ValueId v) const;
  Layout::Piece piece(ValueId v, int axis, Strides strides) const;
  std::vector<Layout::Piece> pieces(std::span<const ValueId> values, int axis,
                                    Strides strides) const;
  Strides strides_in_strip(std::span<const ValueId> values, int axis) const;
  Strides strides_of_copies(ValueId first, const Joined& joined) const;
  bool can_be_laid(ValueId base) const;
  bool follow_each_other(std::span<const ValueId> values, int axis) const;
  void lay_out_join(const Draft::Node& node);
  bool fits_inside(ValueId v) const;
  Layout::Piece side_by_side(ValueId v) const;
  bool lie_side_by_side(const Draft::Node& node) const;

  const Draft& draft_;
  const detail::Recording& recording_;
  WantedLayout wanted_;
};

}  // namespace chronograd::plan
