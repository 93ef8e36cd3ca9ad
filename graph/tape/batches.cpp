#include "chronograd/graph/tape/batches.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace chronograd::detail {

bool Batches::fits(const Batch& batch) const {
  const auto same_number = [&](const std::pair<OutputId, OutputId>& leaves) {
    const Output& a = recording_.outputs[leaves.first];
    const Output& b = recording_.outputs[leaves.second];
    return a.available && b.available && std::memcmp(a.data, b.data, size_of(a.dtype)) == 0;
  };
  const auto computed = [&](const StandIn& s) { return recording_.outputs[s.original].available; };
  return std::ranges::all_of(batch.equal, same_number) &&
         std::ranges::none_of(batch.stand_ins, computed);
}

void Batches::add(const Batch& batch) {
  if (batch.stand_ins.empty()) return;
  nodes_.push_back(batch.nodes);
  stand_ins_.insert(stand_ins_.end(), batch.stand_ins.begin(), batch.stand_ins.end());
  std::ranges::sort(stand_ins_, {}, &StandIn::original);
}

const StandIn* Batches::stand_in(OutputId output) const {
  const auto it = std::ranges::lower_bound(stand_ins_, output, {}, &StandIn::original);
  return it != stand_ins_.end() && it->original == output ? &*it : nullptr;
}

bool Batches::stand_between(OutputId earlier, OutputId output) const {
  if (nodes_.empty()) return false;
  const NodeId before = recording_.outputs[earlier].node;
  const NodeId last = recording_.outputs[output].node;
  std::vector<bool> needed(last + 1);
  needed[last] = true;
  for (NodeId id = last + 1; id-- > nodes_.front().begin;) {
    if (!needed[id]) continue;
    const auto recorded = [&](Batch::Nodes nodes) {
      return before < nodes.begin && id >= nodes.begin && id < nodes.end;
    };
    if (std::ranges::any_of(nodes_, recorded)) return true;
    for (const OutputId input : recording_.inputs_of(recording_.nodes[id])) {
      needed[recording_.outputs[input].node] = true;
    }
  }
  return false;
}

}  // namespace chronograd::detail
