#include "chronograd/graph/plan/shared_operands.h"

#include <algorithm>

#include "chronograd/graph/memory/hash.h"

namespace chronograd::plan {
namespace {

constexpr int many_readers = 4;

}  // namespace

std::size_t SharedOperands::Hash::operator()(const Key& key) const {
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(key.op) + key.input;
  for (const Piece& piece : key.pieces) {
    hash = detail::mixed(detail::mixed(hash, piece.base),
                         static_cast<std::uint64_t>(piece.offset) + piece.shape.hash());
  }
  return hash;
}

SharedOperands::SharedOperands(const Draft& draft, const Schedule& schedule) : draft_(draft) {
  for (const Task& task : schedule.tasks) {
    if (task.kind != Task::Kind::kernel) continue;
    if (draft.nodes[task.members.front()].op->prefers == nullptr) continue;
    for (std::size_t k = 0; k < task.inputs.size(); ++k) {
      if (may_share(task.inputs[k])) ++shared_[key_of(task, k)].readers;
    }
  }
}

Located* SharedOperands::copy_of(const Task& task, std::size_t input) {
  const Op& op = *draft_.nodes[task.members.front()].op;
  if (op.prefers == nullptr || !may_share(task.inputs[input])) return nullptr;
  const auto found = shared_.find(key_of(task, input));
  return found == shared_.end() || found->second.readers < many_readers ? nullptr
                                                                        : &found->second.copy;
}

// Computed values that are joined lie in a strip, where the kernels read them.
bool SharedOperands::may_share(const Joined& operand) const {
  return operand.pieces.size() == 1 || std::ranges::all_of(operand.pieces, [&](ValueId v) {
           return draft_.producer(draft_.values[v].base) == nullptr;
         });
}

SharedOperands::Key SharedOperands::key_of(const Task& task, std::size_t input) const {
  const Joined& operand = task.inputs[input];
  Key key{draft_.nodes[task.members.front()].op, input, operand.axis, {}};
  for (const ValueId v : operand.pieces) {
    const Draft::Value& value = draft_.values[v];
    key.pieces.push_back({value.base, value.offset, value.shape, value.strides});
  }
  return key;
}

}  // namespace chronograd::plan
