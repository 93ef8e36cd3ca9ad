#include "chronograd/graph/plan/shared_operands.h"

#include "chronograd/graph/detail/mixed.h"

namespace chronograd::plan {
namespace {

constexpr int many_readers = 4;

// What is joined is copied for the join already.
bool is_one(const Step& step, std::size_t input) { return step.inputs[input].pieces.size() == 1; }

}  // namespace

std::size_t SharedOperands::Hash::operator()(const Key& key) const {
  return detail::mixed(
      detail::mixed(reinterpret_cast<std::uintptr_t>(key.op) + key.input, key.base),
      static_cast<std::uint64_t>(key.offset) + key.shape.hash());
}

SharedOperands::SharedOperands(const Draft& draft, const Schedule& schedule) : draft_(draft) {
  for (const Step& step : schedule.steps) {
    if (step.kind != Step::Kind::kernel) continue;
    if (draft.nodes[step.members.front()].op->prefers == nullptr) continue;
    for (std::size_t k = 0; k < step.inputs.size(); ++k) {
      if (is_one(step, k)) ++shared_[key_of(step, k)].readers;
    }
  }
}

Located* SharedOperands::copy_of(const Step& step, std::size_t input) {
  if (!is_one(step, input)) return nullptr;
  const auto found = shared_.find(key_of(step, input));
  return found == shared_.end() || found->second.readers < many_readers ? nullptr
                                                                        : &found->second.copy;
}

SharedOperands::Key SharedOperands::key_of(const Step& step, std::size_t input) const {
  const ValueId v = step.inputs[input].pieces.front();
  const Draft::Value& value = draft_.values[v];
  return {draft_.nodes[step.members.front()].op,
          input,
          value.base,
          value.offset,
          value.shape,
          value.strides};
}

}  // namespace chronograd::plan
