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

/// The nodes that some outputs are computed by, sorted into groups whose members may run as one by
/// the row law: alike, and on one level, so that none depends on another.
struct Groups {
  enum class Way : std::uint8_t {
    together,  ///< as one node, whose rows are those of the members
    alone,
    seen,  ///< a view whose outputs are rows of its input, see `offsets`
  };
  struct Group {
    std::uint32_t level;
    Way way;
    std::uint32_t stacked;  ///< bits of the inputs whose rows are joined
    std::uint32_t first;    ///< in `members`
    std::uint32_t size;
  };

  LongList<Group> groups;  ///< by level; what is seen after what is computed there
  LongList<NodeId> members;
  LongList<std::int64_t> offsets;  ///< by output of what is seen: in elements of the input
  /// By output: itself, or that of an earlier node when its own is equal and in no group.
  LongList<OutputId> same;
  /// C++ numbers that count as the same since they are equal.
  std::vector<std::pair<OutputId, OutputId>> equal;

  std::span<const NodeId> members_of(const Group& group) const {
    return std::span(members).subspan(group.first, group.size);
  }
};

/// Nothing when something on the way is computed already, takes effect, stands in for something or
/// is too little alike for groups to be worth it.
std::optional<Groups> find_groups(const Recording& recording, std::span<const OutputId> roots,
                                  std::span<const StandIn> stand_ins);

}  // namespace chronograd::detail
