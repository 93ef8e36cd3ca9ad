#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "chronograd/graph/recording.h"

namespace chronograd::detail {

/// An output that has the numbers of another, which was recorded before but is not computed: its
/// own nodes would take longer.
struct StandIn {
  /// Rows of a recorded output, counted in rows of the original's shape.
  struct Rows {
    OutputId source;
    std::int64_t first;
  };

  OutputId original;
  OutputId output;
  Rows rows;  ///< where the numbers come from; gradients are taken of these
  /// Whether the original is a view that was looked through: others read the same rows, and what
  /// comes through the view cannot be told from what comes through them.
  bool view;
};

/// What was recorded to compute the same by fewer nodes.
struct Batch {
  std::vector<StandIn> stand_ins;
  /// Leaves that hold the same number: a batch is right only as long as they do.
  std::vector<std::pair<OutputId, OutputId>> equal;
  struct Nodes {
    NodeId begin;
    NodeId end;
  };
  Nodes nodes{};  ///< that it recorded
};

}  // namespace chronograd::detail
