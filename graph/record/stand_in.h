#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "chronograd/graph/recording.h"

namespace chronograd::detail {

/// An output of a batch that has the numbers of another one, the original. The original was
/// recorded before and is never computed, since its own nodes would take longer.
struct StandIn {
  /// Neighbouring rows of an output, counted in rows of the shape of the original.
  struct Rows {
    OutputId source;
    std::int64_t first;
  };

  OutputId original;
  OutputId output;
  Rows rows;  ///< where the numbers of `output` come from; gradients are taken of these rows
  /// Whether the original is a view that was looked through, so that other nodes of the batch read
  /// the same rows. The part of a gradient that comes through the view cannot be told from the rest
  /// then.
  bool view;
};

/// Nodes that were recorded to compute the same as earlier ones, which are more.
struct Batch {
  std::vector<StandIn> stand_ins;
  /// Pairs of leaves that count as one since they hold the same number. When the numbers differ,
  /// the batch must not be used again.
  std::vector<std::pair<OutputId, OutputId>> equal;
  struct Nodes {
    NodeId begin;
    NodeId end;
  };
  Nodes nodes{};  ///< the nodes of the batch
};

}  // namespace chronograd::detail
