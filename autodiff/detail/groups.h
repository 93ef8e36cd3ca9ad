// Which nodes a batch records as one.
//
// The idea. Nodes are alike when the row law lets them run as one: they have one op and equal
// integers, and their inputs agree, except for the number of rows of those inputs whose rows the
// law joins.
//
// The invariant. All members of a group have one *level*, the length of the longest chain of
// computed nodes before them. A node has a higher level than each node it depends on, so no member
// of a group depends on another one, and groups can be recorded in the order of their levels.
//
// An example: two sentences of 2 and 1 words and one gate.
//
//     level                1            2            3            4            5           6
//     sentence 1   x1 -- matmul W -.           x2 -- (level 1, in the same group as x1 W)
//                  h0 -- matmul U -- add -- tanh -- matmul U -- add -- tanh
//     sentence 2   x1 -- matmul W -.
//                  h0 -- matmul U -- add -- tanh
//
//     groups of level 1: {x1 W, x2 W, x1' W}  {h0 U, h0' U};  of level 4: {h1 U}
//
// The members of a group are sorted: those that are read on a lower level come first, and among
// these the one with the longest chain behind it. What is read together is then neighbouring rows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/record/recording_data.h"
#include "chronograd/graph/record/stand_in.h"

namespace chronograd::detail {

/// The nodes that some outputs are computed by, in groups whose members can be recorded as one.
struct Groups {
  enum class Way : std::uint8_t {
    together,  ///< recorded as one node, whose rows are those of the members
    alone,     ///< recorded as it is
    seen,      ///< not recorded: a view whose outputs are rows of its input, see `offsets`
  };
  struct Group {
    std::uint32_t level;
    Way way;
    std::uint32_t stacked;  ///< bits of the inputs whose rows are joined
    std::uint32_t first;    ///< where in `members` the group begins
    std::uint32_t size;
  };

  LongList<Group> groups;  ///< in the order of levels; on each level, views come last
  LongList<NodeId> members;
  /// By output of a view that is `seen`: how many elements into the input it begins.
  LongList<std::int64_t> offsets;
  /// By output: itself; or, for a node that equals an earlier one and is in no group, the output of
  /// that.
  LongList<OutputId> same;
  /// Pairs of C++ numbers that count as one since they are equal.
  std::vector<std::pair<OutputId, OutputId>> equal;

  std::span<const NodeId> members_of(const Group& group) const {
    return std::span(members).subspan(group.first, group.size);
  }
};

/// The groups of all nodes that the roots are computed by. Nothing if one of these nodes is
/// computed already, has an effect or belongs to a batch, or if too few are alike.
std::optional<Groups> find_groups(const Recording& recording, std::span<const OutputId> roots,
                                  std::span<const StandIn> stand_ins);

}  // namespace chronograd::detail
