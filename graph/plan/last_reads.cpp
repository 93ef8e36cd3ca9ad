#include "chronograd/graph/plan/last_reads.h"

namespace chronograd::plan {

LastReads::LastReads(const Draft& draft, const Fusion& fusion, const Schedule& schedule)
    : draft_(draft), reads_(draft.values.size()) {
  for (std::uint32_t s = 0; s < schedule.steps.size(); ++s) {
    const Step& step = schedule.steps[s];
    switch (step.kind) {
      case Step::Kind::passes:
        for (const std::uint32_t p : step.members) {
          for (const Pass::Input& input : fusion.passes[p].inputs) count(input.value, s);
        }
        break;
      case Step::Kind::kernel:
        for (const Joined& joined : step.inputs) {
          for (const ValueId v : joined.pieces) count(v, s);
        }
        break;
      case Step::Kind::join:
        for (const ValueId v : draft.inputs_of(draft.nodes[step.members.front()])) count(v, s);
        break;
    }
  }
  for (const Draft::Value& value : draft.values) {
    if (value.wanted) reads_[value.base] = {};
  }
}

void LastReads::count(ValueId value, std::uint32_t step) {
  Reads& reads = reads_[draft_.values[value].base];
  if (reads.step != step) reads = {step, 0};
  ++reads.times;
}

}  // namespace chronograd::plan
