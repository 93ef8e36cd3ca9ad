#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "chronograd/graph/detail/recording_data.h"
#include "chronograd/graph/detail/stand_in.h"

namespace chronograd::detail {

/// A walk that recorded a gradient: asked for these, it appended the nodes from `begin` to `end`.
struct GradientWalk {
  OutputId y;
  OutputId dy;
  std::vector<OutputId> xs;
  std::uint64_t committed;  ///< what is assigned is a leaf once it is committed
  NodeId begin;
  NodeId end;
  std::vector<OutputId> results;  ///< no_id where there is no path
  Batch batch{};                  ///< that it recorded first
};

/// What an earlier tape of this thread recorded, for the next one to be compared with: a program
/// mostly records what it did before, and to see that costs less than to record it anew.
struct Trace {
  Recording recording;  ///< without numbers, but for those that belong to gradients
  std::vector<GradientWalk> walks;
  SourceLine opened;
  int mode;
};

/// The trace that a recording has followed so far.
class Past {
 public:
  /// Picks the latest trace of a tape opened there.
  void begin(SourceLine opened, int mode);

  /// Whether the next node of the recording is that of the trace; if not, another trace that goes
  /// on like this takes its place, or none.
  bool expects(const Recording& recording, const Op& op, std::span<const OutputId> inputs,
               std::span<const std::int64_t> integers, NodeId partner,
               const Inference::Output* leaf = nullptr) {
    if (trace_ == nullptr) return false;
    const Next next{op, inputs, integers, partner, leaf};
    return goes_on(*trace_, recording, next) || change(recording, next);
  }
  const Recording& recording() const { return trace_->recording; }

  /// The walk that followed here, if it was for the same.
  const GradientWalk* walk(const Recording& recording, OutputId y, OutputId dy,
                           std::span<const OutputId> xs, std::uint64_t committed) const;

  /// Keeps what a tape recorded as a trace, unless it followed one to its end.
  void end(Recording&& recording, std::vector<GradientWalk>&& walks);

  /// Lists with room, for a recording to begin with.
  static Recording take_spare();

 private:
  struct Next {
    const Op& op;
    std::span<const OutputId> inputs;
    std::span<const std::int64_t> integers;
    NodeId partner;
    const Inference::Output* leaf;
  };
  static bool goes_on(const Trace& trace, const Recording& recording, const Next& next);
  bool change(const Recording& recording, const Next& next);

  std::shared_ptr<Trace> trace_;
  SourceLine opened_{};
  int mode_ = 0;
};

/// Forgets the traces of this thread.
void forget_traces();

}  // namespace chronograd::detail
