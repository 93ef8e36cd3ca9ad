#pragma once

#include <span>
#include <vector>

#include "chronograd/graph/record/recording_data.h"
#include "chronograd/graph/record/stand_in.h"

namespace chronograd::detail {

/// The batches that were recorded on a tape, and which of their outputs stand in for which earlier
/// ones.
class Batches {
 public:
  explicit Batches(const Recording& recording) : recording_(recording) {}

  /// Whether a batch can be used again: its equal leaves still hold the same numbers, and no output
  /// that it stands in for has been computed meanwhile.
  bool fits(const Batch& batch) const;
  /// Lets the outputs of a batch, which has been recorded, stand in for theirs.
  void add(const Batch& batch);

  /// In the order of the originals.
  std::span<const StandIn> stand_ins() const { return stand_ins_; }
  /// What stands in for the output, or null.
  const StandIn* stand_in(OutputId output) const;
  /// The output to read instead of this one: what stands in for it, or else itself.
  OutputId to_read(OutputId output) const {
    const StandIn* instead = stand_ins_.empty() ? nullptr : stand_in(output);
    return instead != nullptr ? instead->output : output;
  }
  /// Whether the output is computed by way of a batch that was recorded after `earlier`.
  bool stand_between(OutputId earlier, OutputId output) const;

 private:
  const Recording& recording_;
  std::vector<StandIn> stand_ins_;   ///< by original
  std::vector<Batch::Nodes> nodes_;  ///< of each batch, in recorded order
};

}  // namespace chronograd::detail
