// How a tape knows again what earlier ones recorded.
//
// The idea. A training loop opens a tape on the same line each time and mostly records the same
// nodes. To compare a node with the one recorded last time costs less than to check shapes and
// append it. So the lists of a recording survive their tape as a *trace*. The next tape that is
// opened on the same line continues in them: what the trace holds *lies ahead* of the last recorded
// node, and is *taken up* node by node as long as the program records the same.
//
// The invariant. Up to its size, a recording holds what its own tape recorded. Beyond it, up to its
// extent, lies what another tape recorded after the very same nodes. Whatever is not the same is
// appended where nothing lies ahead; so the tape first leaves the trace (`leave`): what was
// recorded so far moves to other lists, and the trace keeps its own for the next time.
//
// An example. The trace holds a b c d from the last tape; the program now records a b x.
//
//     lists of the tape      trace
//     | a b c d              (its lists are with the tape)   begin: nothing recorded, four ahead
//     a | b c d                                              expects(a): the same, taken up
//     a b | c d                                              expects(b): the same, taken up
//     a b |                  | a b c d                       expects(x): not c, so the tape leaves
//     a b x |                | a b c d                       x is appended; at the end of the tape
//                                                            a b x becomes a trace of its own
//
// If another trace holds a b x already, the tape continues in that one instead (`change`). A
// gradient that was walked before is taken up as a whole (`walk`).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "chronograd/graph/record/recording_data.h"
#include "chronograd/graph/record/stand_in.h"

namespace chronograd::detail {

/// A walk that recorded a gradient: it was asked for the gradients of `xs`, and recorded the nodes
/// from `begin` to `end`.
struct GradientWalk {
  struct Of {
    OutputId y;
    OutputId dy;
    std::vector<OutputId> committed;  ///< assigned values that were leaves by then
    bool planned;  ///< whether planning was on: only then may a batch stand in for nodes

    bool operator==(const Of&) const = default;
  };

  Of of;
  std::vector<OutputId> xs;
  NodeId begin;
  NodeId end;
  std::vector<OutputId> results;  ///< no_id where there is no path
  Batch batch{};                  ///< the batch that it recorded first, if any
  /// The leaves it recorded and their numbers. These can be used again, since numbers in gradient
  /// rules depend on the structure only.
  std::vector<std::pair<OutputId, Array>> numbers{};

  bool for_same(const GradientWalk& other) const {
    return begin == other.begin && of == other.of && xs == other.xs;
  }
};

/// What an earlier tape of this thread recorded.
struct Trace {
  Recording recording;  ///< at its beginning, all ahead; empty while a tape has the lists
  std::vector<GradientWalk> walks;
  SourceLine opened;
  int mode;
  std::uint64_t hash;  ///< of what was recorded
  std::size_t bytes;
};

/// How much memory the traces of a thread may take: what its `Allowance` says, from
/// `least_trace_bytes` to `usual_trace_bytes`, or twice as much as the longest takes if that is
/// more, so that a long training and a long validation both fit; but never more than
/// `most_trace_bytes`.
inline constexpr std::size_t least_trace_bytes = std::size_t{1} << 20;
inline constexpr std::size_t usual_trace_bytes = std::size_t{64} << 20;
inline constexpr std::size_t most_trace_bytes = std::size_t{1} << 30;

/// The past of one tape: the trace that its recording follows, if it follows one.
class Past {
 public:
  Past(SourceLine opened, int mode) : opened_(opened), mode_(mode) {}

  /// Lists for a recording to begin with: those of the latest trace of a tape that was opened on
  /// the same line, or empty ones.
  Recording begin() noexcept;

  /// Whether the node ahead is the one that is recorded next. If it is not, the recording continues
  /// in the lists of another trace that has the node, or in lists of its own if there is none.
  bool expects(Recording& recording, const Op& op, std::span<const OutputId> inputs,
               const Attributes& attributes, NodeId partner,
               const Inference::Output* leaf = nullptr) {
    if (!known_) return false;
    const Next next{op, inputs, attributes, partner, leaf};
    return goes_on(recording, recording.nodes.size(), next) || change(recording, next);
  }

  /// Leaves the trace, so that something else can be recorded than what lies ahead.
  void leave(Recording& recording);

  /// The walk that was recorded after the last node, if it was asked for the same; else null.
  const GradientWalk* walk(const Recording& recording, const GradientWalk::Of& of,
                           std::span<const OutputId> xs) const;
  void remember(GradientWalk walk) { walks_.push_back(std::move(walk)); }

  /// Keeps what the tape recorded, as a trace.
  void end(Recording&& recording) noexcept;

 private:
  struct Next {
    const Op& op;
    std::span<const OutputId> inputs;
    const Attributes& attributes;
    NodeId partner;
    const Inference::Output* leaf;
  };
  /// Whether the node `id` of the lists is the one that is recorded next.
  static bool goes_on(const Recording& recording, std::size_t id, const Next& next) {
    if (id >= recording.nodes.extent()) return false;
    const Node& node = recording.nodes[id];
    return node.op == &next.op && node.partner == next.partner &&
           same(recording.inputs_of(node), next.inputs) &&
           same(recording.integers_of(node), next.attributes.integers) &&
           node.slots == next.attributes.slots.size() &&
           (next.leaf == nullptr || is_leaf_like(recording.outputs[node.first_output], *next.leaf));
  }
  static bool is_leaf_like(const Output& output, const Inference::Output& leaf) {
    return output.shape == leaf.shape && output.dtype == leaf.dtype;
  }
  // A loop, since the lists have few elements: a call of memcmp would cost more.
  template <class T>
  static bool same(std::span<const T> a, std::span<const T> b) {
    if (a.size() != b.size()) return false;
    for (std::size_t k = 0; k < a.size(); ++k) {
      if (a[k] != b[k]) return false;
    }
    return true;
  }
  bool change(Recording& recording, const Next& next);
  void keep_walks(std::vector<GradientWalk>& walks);

  SourceLine opened_;
  int mode_;
  bool known_ = false;  ///< whether all that was recorded so far is in the trace
  std::shared_ptr<Trace> trace_;
  std::vector<GradientWalk> walks_;  ///< walks that the trace does not have
};

/// Forgets the traces of this thread.
void forget_traces();

}  // namespace chronograd::detail
