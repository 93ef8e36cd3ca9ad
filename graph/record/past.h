#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "chronograd/graph/record/recording_data.h"
#include "chronograd/graph/record/stand_in.h"

namespace chronograd::detail {

/// A walk that recorded a gradient: asked for these, it appended the nodes from `begin` to `end`.
struct GradientWalk {
  struct Of {
    OutputId y;
    OutputId dy;
    std::vector<OutputId> committed;  ///< what is assigned is a leaf once it is committed
    bool planned;                     ///< only then may a batch stand in for what was recorded

    bool operator==(const Of&) const = default;
  };

  Of of;
  std::vector<OutputId> xs;
  NodeId begin;
  NodeId end;
  std::vector<OutputId> results;  ///< no_id where there is no path
  Batch batch{};                  ///< that it recorded first
  /// The leaves it recorded: gradient rules' numbers depend on nothing but the structure.
  std::vector<std::pair<OutputId, Array>> numbers{};

  bool for_same(const GradientWalk& other) const {
    return begin == other.begin && of == other.of && xs == other.xs;
  }
};

/// What earlier tapes of this thread recorded, for the next one to be compared with: a program
/// mostly records what it did before, and to see that costs less than to record it anew.
struct Trace {
  Recording recording;  ///< rewound; empty while a tape writes it
  std::vector<GradientWalk> walks;
  SourceLine opened;
  int mode;
  std::size_t bytes;
};

/// What the traces of a thread may take: `usual_trace_bytes`, or twice what the longest takes if
/// that is more, as a long training and a long validation do; but never more than the most.
inline constexpr std::size_t usual_trace_bytes = std::size_t{64} << 20;
inline constexpr std::size_t most_trace_bytes = std::size_t{1} << 30;

/// The trace that a recording follows.
class Past {
 public:
  Past(SourceLine opened, int mode) : opened_(opened), mode_(mode) {}

  /// Lists for a recording to begin with: those of the latest trace of a tape opened there, or
  /// empty ones.
  Recording begin() noexcept;

  /// Whether the node ahead is what is recorded next. If not, what lies ahead goes; the lists of
  /// another trace that goes on like this take their place, if there is one.
  bool expects(Recording& recording, const Op& op, std::span<const OutputId> inputs,
               const Attributes& attributes, NodeId partner,
               const Inference::Output* leaf = nullptr) {
    if (!known_) return false;
    const Next next{op, inputs, attributes, partner, leaf};
    return goes_on(recording, recording.nodes.size(), next) || change(recording, next);
  }

  /// Lets go of what lies ahead, for something else to be recorded.
  void leave(Recording& recording);

  /// The walk that followed here, if it was for the same.
  const GradientWalk* walk(const Recording& recording, const GradientWalk::Of& of,
                           std::span<const OutputId> xs) const;
  void remember(GradientWalk walk) { walks_.push_back(std::move(walk)); }

  /// Keeps what a tape recorded.
  void end(Recording&& recording) noexcept;

 private:
  struct Next {
    const Op& op;
    std::span<const OutputId> inputs;
    const Attributes& attributes;
    NodeId partner;
    const Inference::Output* leaf;
  };
  /// Whether the lists have that as the node `id`.
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
  // For few elements: a call that compares memory would cost more.
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
  bool known_ = false;  ///< whether all that is recorded so far is that of the trace
  std::shared_ptr<Trace> trace_;
  std::vector<GradientWalk> walks_;  ///< that the trace has not
};

/// Forgets the traces of this thread.
void forget_traces();

}  // namespace chronograd::detail
