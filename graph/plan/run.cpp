#include <algorithm>
#include <chrono>
#include <cstring>

#include "chronograd/graph/error.h"
#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/plan/plan.h"
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
    for (const Plan::Step& step : plan_.steps) {
      const auto begin = milliseconds == nullptr ? Clock::time_point{} : Clock::now();
      if (detail::faults.kernels_left >= 0 && detail::faults.kernels_left-- == 0) {
        throw Error("a kernel was made to fail by a test");
      }
      std::visit([this](const auto& s) { run(s); }, step);
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

  void run(const Plan::Copies& step) {
    Array from = step.from;
    Array to = step.to;
    for (const Plan::Copies::Pair& pair : step.pairs) {
      from.data = at(pair.from);
      to.data = at(pair.to);
      if (step.bytes > 0) {
        std::memcpy(to.data, from.data, static_cast<std::size_t>(step.bytes));
      } else {
        copy(from, to);
      }
    }
  }

  void run(const Plan::Passes& step) {
    pointers_.clear();
    for (const Plan::Address& address : step.addresses) pointers_.push_back(at(address));
    step.program->pass.run(pointers_, step.count);
  }

  void run(const Plan::Kernel& step) {
    inputs_.clear();
    outputs_.clear();
    for (const Plan::Operand& operand : step.inputs) inputs_.push_back(at(operand));
    for (const Plan::Operand& operand : step.outputs) outputs_.push_back(at(operand));
    const detail::Node& node = recording_.nodes[step.recorded.front()];
    step.op->kernel(
        {*step.op, recording_.attributes_of(node), recording_.place_of(node), inputs_, outputs_});
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

}  // namespace

namespace {

// Along an axis of one element any stride is as good.
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
