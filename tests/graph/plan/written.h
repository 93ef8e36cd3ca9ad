#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/plan/make_plan.h"
#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/tape.h"
#include "chronograd/graph/tape/tape_state.h"

/// Plans as text, to compare with what is expected.
namespace chronograd::test {

/// The plan for what is held and what is assigned on the innermost tape, of which nothing was
/// computed yet; no gradient is to come.
inline plan::Plan plan_of_what_is_held() {
  detail::Recording& recording = detail::current_tape()->recording;
  std::vector<bool> is_needed(recording.nodes.size());
  std::vector<NodeId> needed;
  for (auto n = static_cast<NodeId>(recording.nodes.size()); n-- > 0;) {
    const detail::Node& node = recording.nodes[n];
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      detail::Output& output = recording.outputs[o];
      output.asked = output.keep = output.handle != nullptr || node.op == &detail::assign_op;
      if (output.asked && !output.available) is_needed[n] = true;
    }
    if (!is_needed[n]) continue;
    needed.insert(needed.begin(), n);
    for (const OutputId input : recording.inputs_of(node)) {
      if (!recording.outputs[input].available) is_needed[recording.outputs[input].node] = true;
    }
  }
  return plan::make_plan(recording, needed);
}

/// The plan for the tensors that `compute` returns.
inline plan::Plan plan_of(const std::function<std::vector<Tensor>()>& compute) {
  const Tape tape;
  const std::vector<Tensor> results = compute();
  return plan_of_what_is_held();
}

/// The plan for what `step`, the step of an optimizer, computes on the innermost tape. It is
/// stopped before its first kernel.
inline plan::Plan plan_of_step(const std::function<void()>& step) {
  detail::faults.kernels_left = 0;
  try {
    step();
  } catch (const Error&) {
  }
  detail::faults.kernels_left = -1;
  return plan_of_what_is_held();
}

/// Numbers to begin with; the plan does not depend on them.
inline Tensor halves(Shape shape) {
  return Tensor::adopt(std::vector<float>(static_cast<std::size_t>(shape.size()), 0.5f), shape);
}

inline std::string times(std::size_t count) {
  return count == 1 ? "" : " x" + std::to_string(count);
}

inline std::string line(const plan::Plan::Fused& task) {
  return fmt::format("fused{} {}: {} instructions, {} stored", times(task.count),
                     to_string(task.program->shape), task.program->code.size(),
                     task.program->stores.size());
}

inline std::string line(const plan::Plan::Kernel& task) {
  std::string text = std::string(task.op->name) + times(task.recorded.size());
  for (const auto& input : task.inputs) text += ' ' + to_string(input.array.shape);
  text += " ->";
  for (const auto& output : task.outputs) text += ' ' + to_string(output.array.shape);
  return text;
}

inline std::string line(const plan::Plan::Copies& task) {
  return "copy" + times(task.pairs.size()) + ' ' + to_string(task.to.shape);
}

/// A line for each task, those that repeat counted:
///
///     matmul x50 [150, 5] [5, 28] -> [150, 28]
///     fused x50 [3, 7]: 4 instructions, 1 stored
///     2 times sum [3, 7] -> []
inline std::string written(const plan::Plan& plan) {
  std::string text;
  std::string last;
  int repeats = 0;
  const auto finish = [&] {
    if (repeats > 1) text += std::to_string(repeats) + " times ";
    if (repeats > 0) text += last + '\n';
  };
  for (const plan::Plan::Task& task : plan.tasks) {
    std::string now = std::visit([](const auto& s) { return line(s); }, task);
    if (now != last) {
      finish();
      repeats = 0;
      last = std::move(now);
    }
    ++repeats;
  }
  finish();
  return text;
}

/// How many tasks there are of each kind: "copy 4, fused 23, matmul 13".
inline std::string counted(const plan::Plan& plan) {
  std::map<std::string, int> counts;
  for (const plan::Plan::Task& task : plan.tasks) {
    if (const auto* kernel = std::get_if<plan::Plan::Kernel>(&task)) {
      ++counts[std::string(kernel->op->name)];
    } else {
      ++counts[std::holds_alternative<plan::Plan::Copies>(task) ? "copy" : "fused"];
    }
  }
  std::string text;
  for (const auto& [kind, count] : counts) {
    text += (text.empty() ? "" : ", ") + kind + ' ' + std::to_string(count);
  }
  return text;
}

inline std::string written_plan_of(const std::function<std::vector<Tensor>()>& compute) {
  return written(plan_of(compute));
}

}  // namespace chronograd::test
