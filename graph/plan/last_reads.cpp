#include "chronograd/graph/plan/last_reads.h"

namespace chronograd::plan {

LastReads::LastReads(const Draft& draft, const Fusion& fusion, const Schedule& schedule)
    : draft_(draft), reads_(draft.values.size()) {
  for (std::uint32_t s = 0; s < schedule.tasks.size(); ++s) {
    const Task& task = schedule.tasks[s];
    switch (task.kind) {
      case Task::Kind::fused:
        for (const std::uint32_t p : task.members) {
          for (const FusedKernel::Input& input : fusion.kernels[p].inputs) count(input.value, s);
        }
        break;
      case Task::Kind::kernel:
        for (const Joined& joined : task.inputs) {
          for (const ValueId v : joined.pieces) count(v, s);
        }
        break;
      case Task::Kind::join:
        for (const ValueId v : draft.inputs_of(draft.nodes[task.members.front()])) count(v, s);
        break;
    }
  }
  for (const Draft::Value& value : draft.values) {
    if (value.wanted) reads_[value.base] = {};
  }
}

void LastReads::count(ValueId value, std::uint32_t task) {
  Reads& reads = reads_[draft_.values[value].base];
  if (reads.task != task) reads = {task, 0};
  ++reads.times;
}

}  // namespace chronograd::plan
