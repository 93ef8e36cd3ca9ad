#include "chronograd/graph/plan/plan.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "chronograd/graph/error.h"
#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/record/execute.h"

namespace chronograd::plan {
namespace {

using Clock = std::chrono::steady_clock;

class Runner {
 public:
  Runner(const Plan& plan, detail::Recording& recording) : plan_(plan), recording_(recording) {
    for (const Plan::Leaf& leaf : plan.leaves) {
      sources_.push_back(recording.outputs[leaf.output].data);
    }
    arena_ = Buffer::allocate_briefly(plan.arena_bytes);
    sources_.push_back(arena_.data());
    for (const std::size_t bytes : plan.owns) {
      owns_.push_back(Buffer::allocate(bytes));
      sources_.push_back(owns_.back().data());
    }
  }

  void run(std::vector<double>* milliseconds) {
    for (const Plan::Task& task : plan_.tasks) {
      const auto begin = milliseconds == nullptr ? Clock::time_point{} : Clock::now();
      if (detail::kernel_fails()) throw Error("a kernel was made to fail by a test");
      std::visit([this](const auto& s) { run(s); }, task);
      if (milliseconds == nullptr) continue;
      const std::chrono::duration<double, std::milli> passed = Clock::now() - begin;
      milliseconds->push_back(passed.count());
    }
  }

  void publish() {
    for (const Plan::Result& result : plan_.results) {
      detail::Output& output = recording_.outputs[result.output];
      const Plan::Address& address = result.at.address;
      const std::size_t leaves = plan_.leaves.size();
      output.buffer = address.source < leaves
                          ? recording_.outputs[plan_.leaves[address.source].output].buffer
                      : address.source == leaves ? arena_
                                                 : owns_[address.source - leaves - 1];
      output.data = at(address);
      output.strides = result.at.array.strides;
      output.available = true;
    }
  }

 private:
  std::byte* at(const Plan::Address& address) const {
    return sources_[address.source] + address.offset;
  }
  Array at(const Plan::Operand& operand) const {
    Array array = operand.array;
    array.data = at(operand.address);
    return array;
  }

  void run(const Plan::Copies& task) {
    Array from = task.from;
    Array to = task.to;
    for (const Plan::Copies::Pair& pair : task.pairs) {
      from.data = at(pair.from);
      to.data = at(pair.to);
      if (task.bytes > 0) {
        std::memcpy(to.data, from.data, static_cast<std::size_t>(task.bytes));
      } else {
        copy(from, to);
      }
    }
  }

  void run(const Plan::Fused& task) {
    pointers_.clear();
    for (const Plan::Address& address : task.addresses) pointers_.push_back(at(address));
    task.program->prepared.run(pointers_, task.count);
  }

  void run(const Plan::Kernel& task) {
    inputs_.clear();
    outputs_.clear();
    for (const Plan::Operand& operand : task.inputs) inputs_.push_back(at(operand));
    for (const Plan::Operand& operand : task.outputs) outputs_.push_back(at(operand));
    const detail::Node& node = recording_.nodes[task.recorded.front()];
    task.op->kernel(
        {*task.op, recording_.attributes_of(node), recording_.place_of(node), inputs_, outputs_});
  }

  const Plan& plan_;
  detail::Recording& recording_;
  Buffer arena_;
  std::vector<Buffer> owns_;
  std::vector<std::byte*> sources_;
  std::vector<std::byte*> pointers_;
  std::vector<Array> inputs_;
  std::vector<Array> outputs_;
};

// The stride along an axis of one element does not matter.
bool lie_alike(Shape shape, Strides a, Strides b) {
  if (a == b) return true;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] > 1 && a[axis] != b[axis]) return false;
  }
  return true;
}

}  // namespace

bool Plan::can_read(const detail::Recording& recording) const {
  return std::ranges::all_of(leaves, [&](const Leaf& leaf) {
    const detail::Output& output = recording.outputs[leaf.output];
    return output.available && lie_alike(output.shape, leaf.strides, output.strides);
  });
}

void Plan::run(detail::Recording& recording, std::vector<double>* milliseconds) const {
  Runner runner(*this, recording);
  runner.run(milliseconds);
  runner.publish();
}

}  // namespace chronograd::plan
