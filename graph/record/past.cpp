#include "chronograd/graph/record/past.h"

#include <algorithm>
#include <iterator>
#include <list>
#include <utility>

#include "chronograd/graph/memory/allowance.h"
#include "chronograd/graph/record/structure.h"

namespace chronograd::detail {
namespace {

constexpr std::size_t most_traces = 16;
constexpr std::ptrdiff_t most_walks = 64;  // in a trace

bool same_line(SourceLine a, SourceLine b) { return a.line == b.line && a.file == b.file; }

std::size_t bytes_of(const GradientWalk& walk) {
  constexpr std::size_t number = 64;  // the smallest block that an array takes
  return walk.xs.size() * sizeof(OutputId) + walk.results.size() * sizeof(OutputId) +
         walk.numbers.size() * (sizeof(walk.numbers[0]) + number) +
         walk.batch.stand_ins.size() * sizeof(StandIn) +
         walk.batch.equal.size() * sizeof(walk.batch.equal[0]);
}

/// The traces of this thread, the latest first, and spare lists: the largest of those that no trace
/// needs any more. A recording that follows no trace begins in them.
struct Traces {
  std::list<std::shared_ptr<Trace>> list;
  Recording spare;
  Allowance allowance{{.least_bytes = least_trace_bytes,
                       .most_bytes = usual_trace_bytes,
                       .most_things = most_traces}};

  std::size_t most_bytes() const {
    std::size_t largest = 0;
    for (const auto& trace : list) largest = std::max(largest, trace->bytes);
    return std::clamp(2 * largest, allowance.bytes(), most_trace_bytes);
  }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& trace : list) sum += trace->bytes;
    return sum;
  }
  void drop_oldest() {
    const std::shared_ptr<Trace> oldest = std::move(list.back());
    list.pop_back();
    allowance.forgot(oldest->hash, oldest->bytes);
    keep_lists(oldest->recording);
  }
  void drop_what_is_too_much() {
    std::erase_if(list, [](const auto& trace) { return trace->bytes > most_trace_bytes; });
    while (list.size() > most_traces || bytes() > most_bytes()) drop_oldest();
  }
  // Keeps lists as the spare ones, so that the next recording need not grow its own.
  void keep_lists(Recording& recording) noexcept {
    recording.clear();
    if (recording.bytes() > spare.bytes() && recording.bytes() <= most_bytes()) {
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
    if (!trace->recording.has_more()) continue;  // another tape has its lists
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
    if (!begin_alike(other, recording, id)) continue;
    other.continue_from(recording);
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
  own.continue_from(recording);

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
  const bool is_new = trace_ == nullptr;
  if (is_new) {
    if (!recording.has_more()) return all.keep_lists(recording);
    const std::uint64_t hash = recording.nodes[recording.nodes.extent() - 1].hash;
    trace_ =
        all.list.emplace_front(std::make_shared<Trace>(Trace{{}, {}, opened_, mode_, hash, 0}));
  } else {
    const auto here = std::ranges::find(all.list, trace_);
    if (here == all.list.end()) return all.keep_lists(recording);  // forgotten meanwhile
    all.list.splice(all.list.begin(), all.list, here);
  }
  trace_->recording = std::move(recording);
  keep_walks(trace_->walks);
  trace_->bytes = trace_->recording.bytes();
  for (const GradientWalk& walk : trace_->walks) trace_->bytes += bytes_of(walk);
  if (is_new) all.allowance.made(trace_->hash, trace_->bytes);
  all.drop_what_is_too_much();
} catch (...) {  // without the trace the next tape records everything anew
}

}  // namespace chronograd::detail
