#include "chronograd/autodiff/detail/batch.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "chronograd/autodiff/detail/groups.h"
#include "chronograd/graph/memory/numbering.h"
#include "chronograd/graph/record/context.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"

namespace chronograd::detail {
namespace {

/// Neighbouring rows of a recorded output, counted in rows of the shape that is asked for.
struct RowRange {
  OutputId source;
  std::int64_t first;
  std::int64_t rows;
};

Tensor indices(std::vector<std::int64_t> rows) {
  const auto count = static_cast<std::int64_t>(rows.size());
  return Tensor::adopt(std::move(rows), {count});
}

/// Puts rows together to one tensor; when the same rows are asked for again, it is that tensor.
class Rows {
 public:
  explicit Rows(TapeState& tape) : tape_(tape) {}

  /// The rows of all ranges, one after the other, each of shape `row`.
  Tensor of(std::span<const RowRange> ranges, Shape row) {
    choices_ << row;
    for (const RowRange& range : ranges) {
      choices_ << range.source << static_cast<std::uint64_t>(range.first)
               << static_cast<std::uint64_t>(range.rows);
    }
    const std::uint32_t choice = choices_.number();
    if (choice == known_.size()) known_.push_back(put_together(ranges, row));
    return known_[choice];
  }

 private:
  Tensor put_together(std::span<const RowRange> ranges, Shape row) {
    if (ranges.size() == 1) return part(ranges[0], row);
    std::unordered_map<OutputId, std::size_t> number;
    for (const RowRange& range : ranges) number.try_emplace(range.source, number.size());
    if (ranges.size() > 2 * number.size()) return gathered(ranges, row, number);
    std::vector<Tensor> parts;
    for (const RowRange& range : ranges) parts.push_back(part(range, row));
    return concat(parts, 0);
  }

  // Gathers all rows of each source at once; then, if the sources take turns, puts them in order.
  Tensor gathered(std::span<const RowRange> ranges, Shape row,
                  const std::unordered_map<OutputId, std::size_t>& number) {
    std::vector<std::vector<std::int64_t>> wanted(number.size());
    std::vector<OutputId> sources(number.size());
    std::vector<std::pair<std::size_t, std::size_t>> order;
    for (const RowRange& range : ranges) {
      const std::size_t s = number.at(range.source);
      sources[s] = range.source;
      for (std::int64_t r = range.first; r < range.first + range.rows; ++r) {
        order.emplace_back(s, wanted[s].size());
        wanted[s].push_back(r);
      }
    }
    std::vector<std::size_t> begin;
    std::vector<Tensor> parts;
    std::size_t total = 0;
    for (std::size_t s = 0; s < sources.size(); ++s) {
      begin.push_back(total);
      total += wanted[s].size();
      parts.push_back(gather(in_rows(sources[s], row), indices(std::move(wanted[s]))));
    }
    if (parts.size() == 1) return parts[0];
    const Tensor all = concat(parts, 0);
    if (std::ranges::is_sorted(order)) return all;
    std::vector<std::int64_t> at;
    for (const auto& [s, r] : order) at.push_back(static_cast<std::int64_t>(begin[s] + r));
    return gather(all, indices(std::move(at)));
  }

  Tensor part(const RowRange& range, Shape row) {
    const Tensor all = in_rows(range.source, row);
    if (range.rows == all.shape()[0]) return all;
    return slice(all, 0, range.first, range.first + range.rows);
  }

  Tensor in_rows(OutputId source, Shape row) {
    const Tensor tensor = tape_.handle_to(source);
    if (tensor.rank() == row.rank() + 1 && tensor.shape().without(0) == row) return tensor;
    sources_ << source << row;
    const std::uint32_t known = sources_.number();
    if (known == in_rows_.size()) {
      in_rows_.push_back(reshape(tensor, row.inserted(0, tensor.size() / row.size())));
    }
    return in_rows_[known];
  }

  TapeState& tape_;
  Numbering choices_;
  std::vector<Tensor> known_;  ///< by choice
  Numbering sources_;
  std::vector<Tensor> in_rows_;  ///< by source and shape of a row
};

class Batcher {
 public:
  Batcher(TapeState& tape, const Groups& groups)
      : tape_(tape), recording_(tape.recording), groups_(groups), rows_(tape) {
    places_.resize(recording_.outputs.size());
    views_.resize(recording_.outputs.size());
    for (OutputId o = 0; o < places_.size(); ++o) {
      places_[o] = {o, 0};
      if (groups.same[o] != o) views_[groups.same[o]] = true;
    }
  }

  void run() {
    const struct Restore {
      Context before = context;
      ~Restore() { context = before; }
    } restore;
    for (const Groups::Group& group : groups_.groups) {
      const auto members = groups_.members_of(group);
      if (group.way == Groups::Way::seen) {
        see(members[0]);
      } else if (members.size() > 1 || !is_as_recorded(members[0])) {
        record(group, members);
      }
    }
  }

  /// What stands in for an output that was recorded before.
  Tensor stand_in(OutputId output) { return whole(output); }

  StandIn::Rows place(OutputId output) const { return places_[groups_.same[output]]; }
  /// Returns whether other outputs have the same rows (StandIn::view).
  bool is_view(OutputId output) const { return views_[groups_.same[output]]; }

 private:
  Shape shape(OutputId output) const { return recording_.outputs[output].shape; }

  // A node that is alone in its group, and all of whose inputs are as they were recorded, need not
  // be recorded again.
  bool is_as_recorded(NodeId id) const {
    return std::ranges::all_of(recording_.inputs_of(recording_.nodes[id]),
                               [&](OutputId o) { return place(o).source == o; });
  }

  void see(NodeId id) {
    const Node& node = recording_.nodes[id];
    const OutputId input = recording_.inputs_of(node)[0];
    const StandIn::Rows at = place(input);
    const std::int64_t begin = at.first * shape(input).without(0).size();
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      places_[o] = {at.source, (begin + groups_.offsets[o]) / shape(o).without(0).size()};
      views_[o] = true;
    }
  }

  Tensor whole(OutputId output) {
    const StandIn::Rows at = place(output);
    if (shape(output) == shape(at.source) && at.first == 0) return tape_.handle_to(at.source);
    const RowRange range{at.source, at.first, shape(output)[0]};
    return rows_.of({&range, 1}, shape(output).without(0));
  }

  Tensor joined(std::span<const NodeId> members, std::size_t input) {
    ranges_.clear();
    for (const NodeId id : members) {
      const OutputId o = recording_.inputs_of(recording_.nodes[id])[input];
      const StandIn::Rows at = place(o);
      if (!ranges_.empty() && ranges_.back().source == at.source &&
          ranges_.back().first + ranges_.back().rows == at.first) {
        ranges_.back().rows += shape(o)[0];
      } else {
        ranges_.push_back({at.source, at.first, shape(o)[0]});
      }
    }
    const OutputId first = recording_.inputs_of(recording_.nodes[members[0]])[input];
    return rows_.of(ranges_, shape(first).without(0));
  }

  void record(const Groups::Group& group, std::span<const NodeId> members) {
    const Node first = recording_.nodes[members[0]];  // a copy: recording moves the lists
    const PlaceIds place = recording_.place_of(first);
    stand_at(place, members);
    std::vector<Tensor> inputs;
    for (std::size_t k = 0; k < first.inputs; ++k) {
      const bool stacked = members.size() > 1 && k < 32 && (group.stacked >> k & 1) != 0;
      inputs.push_back(stacked ? joined(members, k)
                               : whole(recording_.inputs[first.first_input + k]));
    }
    std::vector<Operand> operands;
    for (const Tensor& input : inputs)
      operands.emplace_back(input, place.line.file, place.line.line);
    const Attributes attributes = recording_.attributes_of(first);
    const std::vector<std::int64_t> integers(attributes.integers.begin(),
                                             attributes.integers.end());
    const std::vector<std::uint64_t> slots(attributes.slots.begin(), attributes.slots.end());
    const std::vector<Tensor> outputs = apply_all(*first.op, operands, {integers, slots});
    for (std::uint32_t k = 0; k < first.outputs; ++k) {
      const OutputId batched = outputs[k].value().output;
      recording_.outputs[batched].role = recording_.role_of(first.first_output + k);
      std::int64_t row = 0;
      for (const NodeId id : members) {
        const OutputId o = recording_.nodes[id].first_output + k;
        places_[o] = {batched, row};
        if (shape(o).rank() > 0) row += shape(o)[0];
      }
    }
  }

  // Gives the node that is recorded next the place of the first member, and its time step only if
  // all members have the same.
  void stand_at(const PlaceIds& place, std::span<const NodeId> members) {
    context = {.scope = place.scope, .step = place.step, .caller = place.caller};
    for (const NodeId id : members) {
      if (recording_.place_of(recording_.nodes[id]).step != place.step) context.step = -1;
    }
  }

  TapeState& tape_;
  Recording& recording_;
  const Groups& groups_;
  std::vector<StandIn::Rows> places_;  ///< by output
  /// By output: whether it is the output of a view that was looked through, or of a node that
  /// stands for equal ones. In both cases other outputs have the same rows.
  std::vector<bool> views_;
  Rows rows_;
  std::vector<RowRange> ranges_;
};

}  // namespace

std::optional<Batch> batch(TapeState& tape, OutputId y) {
  const Recording& recording = tape.recording;
  if (recording.nodes.size() < smallest_batch.nodes) return std::nullopt;
  std::vector<OutputId> roots{y};
  for (const OutputId o : recording.waiting) {
    const bool of_gradient = recording.nodes[recording.outputs[o].node].partner != no_id;
    if (recording.outputs[o].handle != nullptr && !of_gradient &&
        tape.batches.stand_in(o) == nullptr) {
      roots.push_back(o);
    }
  }
  std::ranges::sort(roots);
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  const auto groups = find_groups(recording, roots, tape.batches.stand_ins());
  if (!groups) return std::nullopt;
  Batch result;
  result.nodes.begin = static_cast<NodeId>(recording.nodes.size());
  Batcher batcher{tape, *groups};
  batcher.run();
  for (const OutputId root : roots) {
    const StandIn::Rows at = batcher.place(root);
    if (at.source == root) continue;
    const OutputId output = batcher.stand_in(root).value().output;
    result.stand_ins.push_back({root, output, at, batcher.is_view(root)});
  }
  result.nodes.end = static_cast<NodeId>(recording.nodes.size());
  result.equal = groups->equal;
  return result;
}

}  // namespace chronograd::detail
