#include "chronograd/graph/detail/past.h"

#include <algorithm>
#include <iterator>
#include <list>
#include <utility>

namespace chronograd::detail {
namespace {

constexpr std::size_t most_traces = 16;
constexpr std::size_t most_nodes = 1 << 15;       // of a trace
constexpr std::ptrdiff_t most_walks = 64;         // of a trace
constexpr std::size_t most_kept_nodes = 1 << 16;  // of all
constexpr std::size_t most_spare_nodes = 1 << 18;

bool same_line(SourceLine a, SourceLine b) { return a.line == b.line && a.file == b.file; }

/// The traces of this thread, the latest first, and the lists of a recording that is none, or not
/// any more.
struct Traces {
  std::list<std::shared_ptr<Trace>> list;
  std::size_t nodes = 0;
  Recording spare;

  void drop(std::list<std::shared_ptr<Trace>>::iterator which) {
    nodes -= (*which)->nodes;
    keep_lists((*which)->recording);
    list.erase(which);
  }
  // For the next recording, so that it need not grow its own.
  void keep_lists(Recording& recording) noexcept {
    recording.clear();
    if (recording.nodes.capacity() > spare.nodes.capacity() &&
        recording.nodes.capacity() <= most_spare_nodes) {
      spare = std::move(recording);
    }
  }
};

Traces& traces() {
  thread_local Traces instance;
  return instance;
}

}  // namespace

void forget_traces() { traces() = {}; }

Recording Past::begin() noexcept {
  for (const auto& trace : traces().list) {
    if (trace->mode != mode_ || !same_line(trace->opened, opened_)) continue;
    if (!trace->recording.has_more()) continue;  // another tape has it
    trace_ = trace;
    known_ = true;
    return std::move(trace->recording);
  }
  return std::exchange(traces().spare, {});
}

bool Past::change(Recording& recording, const Next& next) {
  const std::size_t id = recording.nodes.size();
  for (const auto& trace : traces().list) {
    Recording& other = trace->recording;
    if (trace->mode != mode_ || !same_line(trace->opened, opened_) || !goes_on(other, id, next))
      continue;
    if (id > 0 && other.nodes[id - 1].hash != recording.hash) continue;
    other.take_over(recording);
    std::swap(other, recording);
    std::swap(trace_->recording, other);
    trace_ = trace;
    return true;
  }
  leave(recording);
  return false;
}

void Past::leave(Recording& recording) {
  if (!recording.has_more()) {
    known_ = false;
    return;
  }
  const std::size_t nodes = recording.nodes.size();
  const auto is_past = [&](const GradientWalk& walk) { return walk.end <= nodes; };
  std::vector<GradientWalk> walks = walks_;
  std::ranges::copy_if(trace_->walks, std::back_inserter(walks), is_past);
  Recording own = std::exchange(traces().spare, {});
  own.take_over(recording);

  // From here on nothing throws.
  walks_ = std::move(walks);
  trace_->recording = std::exchange(recording, std::move(own));
  trace_ = nullptr;
  known_ = false;
}

const GradientWalk* Past::walk(const Recording& recording, const GradientWalk::Of& of,
                               std::span<const OutputId> xs) const {
  if (!known_) return nullptr;
  for (const GradientWalk& walk : trace_->walks) {
    if (walk.begin == recording.nodes.size() && walk.of == of && std::ranges::equal(walk.xs, xs)) {
      return &walk;
    }
  }
  return nullptr;
}

void Past::keep_walks(std::vector<GradientWalk>& walks) {
  for (GradientWalk& walk : walks_) {
    std::erase_if(walks, [&](const GradientWalk& old) { return old.for_same(walk); });
    walks.push_back(std::move(walk));
  }
  if (std::ssize(walks) > most_walks) walks.erase(walks.begin(), walks.end() - most_walks);
}

void Past::end(Recording&& recording) noexcept try {
  Traces& all = traces();
  recording.rewind();
  if (trace_ == nullptr) {
    if (!recording.has_more()) return all.keep_lists(recording);
    trace_ = all.list.emplace_front(std::make_shared<Trace>(Trace{{}, {}, opened_, mode_, 0}));
  } else {
    const auto here = std::ranges::find(all.list, trace_);
    if (here == all.list.end()) return all.keep_lists(recording);  // forgotten meanwhile
    all.list.splice(all.list.begin(), all.list, here);
  }
  all.nodes += recording.nodes.extent() - trace_->nodes;
  trace_->nodes = recording.nodes.extent();
  trace_->recording = std::move(recording);
  keep_walks(trace_->walks);
  if (trace_->nodes > most_nodes) all.drop(all.list.begin());
  while (all.list.size() > most_traces || all.nodes > most_kept_nodes) {
    all.drop(std::prev(all.list.end()));
  }
} catch (...) {  // then the next tape records anew
}

}  // namespace chronograd::detail
