#include "chronograd/graph/detail/past.h"

#include <algorithm>
#include <list>

namespace chronograd::detail {
namespace {

constexpr std::size_t most_traces = 16;
constexpr std::size_t most_nodes = 1 << 15;       // of a trace
constexpr std::size_t most_kept_nodes = 1 << 16;  // of all
constexpr std::size_t most_spare_nodes = 1 << 18;

bool same(SourceLine a, SourceLine b) { return a.line == b.line && a.file == b.file; }

// For few elements: a call that compares memory would cost more.
template <class T>
inline bool same(std::span<const T> a, std::span<const T> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] != b[k]) return false;
  }
  return true;
}

/// The traces of this thread, the latest first, and the lists of a recording that is none, or not
/// any more.
struct Traces {
  std::list<std::shared_ptr<Trace>> list;
  std::size_t nodes = 0;
  Recording spare;
};

Traces& traces() {
  thread_local Traces instance;
  return instance;
}

// For the next recording, so that it need not grow its own.
void keep_lists(Recording& recording) {
  recording.clear();
  if (recording.nodes.capacity() <= most_spare_nodes) traces().spare = std::move(recording);
}

// Numbers that a user gave are let go; those that gradient rules recorded depend on nothing but
// the structure and serve again.
void forget_numbers(Recording& recording, std::span<const GradientWalk> walks) {
  auto walk = walks.begin();
  for (NodeId id = 0; id < recording.nodes.size(); ++id) {
    while (walk != walks.end() && walk->end <= id) ++walk;
    Node& node = recording.nodes[id];
    node.visit = 0;
    const bool keep = walk != walks.end() && id >= walk->begin && node.inputs == 0;
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      Output& output = recording.outputs[o];
      output.handle = nullptr;
      output.role = 0;
      if (!keep) output.release();
    }
  }
  recording.constants.clear();
  recording.parameters.clear();
  recording.leaves.clear();
  recording.waiting = {};
}

}  // namespace

Recording Past::take_spare() { return std::exchange(traces().spare, {}); }

void forget_traces() { traces() = {}; }

void Past::begin(SourceLine opened, int mode) {
  opened_ = opened;
  mode_ = mode;
  for (const auto& trace : traces().list) {
    if (trace->mode == mode && same(trace->opened, opened)) {
      trace_ = trace;
      return;
    }
  }
}

bool Past::goes_on(const Trace& trace, const Recording& recording, const Next& next) {
  const std::size_t id = recording.nodes.size();
  if (id >= trace.recording.nodes.size()) return false;
  const Node& node = trace.recording.nodes[id];
  if (node.op != &next.op || node.partner != next.partner ||
      !same(trace.recording.inputs_of(node), next.inputs) ||
      !same(trace.recording.attributes_of(node).integers, next.integers)) {
    return false;
  }
  if (next.leaf == nullptr) return true;
  const Output& leaf = trace.recording.outputs[node.first_output];
  return leaf.shape == next.leaf->shape && leaf.dtype == next.leaf->dtype;
}

bool Past::change(const Recording& recording, const Next& next) {
  trace_ = nullptr;
  const std::size_t id = recording.nodes.size();
  for (const auto& trace : traces().list) {
    if (trace->mode != mode_ || !same(trace->opened, opened_)) continue;
    if (!goes_on(*trace, recording, next)) continue;
    if (id > 0 && trace->recording.nodes[id - 1].hash != recording.hash) continue;
    trace_ = trace;
    return true;
  }
  return false;
}

const GradientWalk* Past::walk(const Recording& recording, OutputId y, OutputId dy,
                               std::span<const OutputId> xs, std::uint64_t committed) const {
  if (trace_ == nullptr) return nullptr;
  for (const GradientWalk& walk : trace_->walks) {
    if (walk.begin == recording.nodes.size() && walk.y == y && walk.dy == dy &&
        walk.committed == committed && std::ranges::equal(walk.xs, xs)) {
      return &walk;
    }
  }
  return nullptr;
}

void Past::end(Recording&& recording, std::vector<GradientWalk>&& walks) {
  Traces& all = traces();
  const std::size_t nodes = recording.nodes.size();
  const bool followed = trace_ != nullptr && nodes == trace_->recording.nodes.size();
  if (followed || nodes == 0 || nodes > most_nodes) {
    if (followed) {
      const auto here = std::ranges::find(all.list, trace_);
      if (here != all.list.end()) all.list.splice(all.list.begin(), all.list, here);
    }
    keep_lists(recording);
    return;
  }
  forget_numbers(recording, walks);
  all.list.push_front(
      std::make_shared<Trace>(Trace{std::move(recording), std::move(walks), opened_, mode_}));
  all.nodes += nodes;
  while (all.list.size() > most_traces || all.nodes > most_kept_nodes) {
    Recording& oldest = all.list.back()->recording;
    all.nodes -= oldest.nodes.size();
    if (all.list.back().use_count() == 1) keep_lists(oldest);
    all.list.pop_back();
  }
}

}  // namespace chronograd::detail
