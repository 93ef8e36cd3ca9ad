#include "chronograd/graph/dump_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <sstream>

#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/tape/tape_state.h"

namespace chronograd {
namespace {

using plan::Plan;

double bytes_of(const Array& array) {
  return static_cast<double>(array.shape.size()) * static_cast<double>(size_of(array.dtype));
}

/// One kernel, or several that differ in their time step only.
struct Line {
  std::string what;
  std::string shapes;
  std::string where;
  std::set<int> steps;
  std::size_t times = 1;
  std::size_t nodes = 0;
  double megabytes = 0;
  double megaflops = 0;
  double milliseconds = 0;

  bool same_kind(const Line& other) const {
    return what == other.what && shapes == other.shapes && where == other.where;
  }
};

class PlanDump {
 public:
  PlanDump(const detail::TapeState& tape, const PlanDumpOptions& options, std::ostream& out)
      : tape_(tape), fold_(options.fold), out_(out) {}

  void write() {
    if (tape_.evaluator().plans().empty()) {
      out_ << "no plan: nothing was computed so far, or node by node\n";
      return;
    }
    for (std::size_t k = 0; k < tape_.evaluator().plans().size(); ++k) {
      if (k > 0) out_ << '\n';
      write(k + 1, tape_.evaluator().plans()[k]);
    }
  }

 private:
  void write(std::size_t number, const detail::Evaluator::PlanRun& run) {
    std::vector<Line> lines;
    Line total;
    for (std::size_t s = 0; s < run.plan->tasks.size(); ++s) {
      Line line =
          std::visit([this](const auto& task) { return describe(task); }, run.plan->tasks[s]);
      if (s < run.milliseconds.size()) line.milliseconds = run.milliseconds[s];
      total.megabytes += line.megabytes;
      total.megaflops += line.megaflops;
      total.milliseconds += line.milliseconds;
      add(lines, std::move(line));
    }
    out_ << fmt::format("plan {}: {} kernels, {:.1f} MFLOP, {:.2f} MB moved, {:.2f} MB of memory\n",
                        number, run.plan->tasks.size(), total.megaflops, total.megabytes,
                        static_cast<double>(run.plan->arena_bytes) / 1e6);
    const bool timed = !run.milliseconds.empty();
    out_ << fmt::format("{:>6} {:<44}{:>7}  {:<34}{:>10}{:>10}{}  {}\n", "times", "kernel", "nodes",
                        "shapes", "MFLOP", "MB", timed ? "        ms" : "", "where");
    for (const Line& line : lines) {
      const std::string time = timed ? fmt::format("{:>10.3f}", line.milliseconds) : "";
      std::string row = fmt::format("{:>6} {:<44}{:>7}  {:<34}{:>10.3f}{:>10.3f}{}  {}", line.times,
                                    line.what, line.nodes, line.shapes, line.megaflops,
                                    line.megabytes, time, line.where + steps_of(line.steps));
      row.erase(row.find_last_not_of(' ') + 1);
      out_ << row << '\n';
    }
  }

  void add(std::vector<Line>& lines, Line&& line) const {
    const auto same = std::ranges::find_if(lines, [&](const Line& l) { return l.same_kind(line); });
    if (!fold_ || same == lines.end()) {
      lines.push_back(std::move(line));
      return;
    }
    ++same->times;
    same->nodes += line.nodes;
    same->megabytes += line.megabytes;
    same->megaflops += line.megaflops;
    same->milliseconds += line.milliseconds;
    same->steps.merge(line.steps);
  }

  static std::string steps_of(const std::set<int>& steps) {
    if (steps.empty()) return "";
    const int first = *steps.begin();
    const int last = *steps.rbegin();
    return first == last ? fmt::format(", step {}", first)
                         : fmt::format(", steps {}..{}", first, last);
  }

  void locate(Line& line, std::span<const NodeId> nodes) const {
    for (const NodeId id : nodes) {
      if (id >= tape_.recording.nodes.size()) continue;
      const detail::Node& node = tape_.recording.nodes[id];
      const int step = tape_.recording.place_of(node).step;
      if (step >= 0) line.steps.insert(step);
      if (line.where.empty()) {
        line.where = NodeView{tape_.recording, id}.scope();
        if (node.partner != no_id) line.where += line.where.empty() ? "gradient" : ", gradient";
      }
    }
  }

  Line describe(const Plan::Fused& task) const {
    const Plan::Program& program = *task.program;
    Line line;
    line.what = "fused:";
    for (const Instruction& i : program.code) {
      if (line.what.size() > 36) {
        line.what += " ..";
        break;
      }
      line.what += ' ';
      line.what += traits_of(i.op).name;
    }
    line.shapes = to_string(program.shape);
    if (task.count > 1) line.shapes = std::to_string(task.count) + " of " + line.shapes;
    line.nodes = task.count * program.code.size();
    const auto elements =
        static_cast<double>(program.shape.size()) * static_cast<double>(task.count);
    line.megaflops = elements * static_cast<double>(program.code.size()) / 1e6;
    for (const Array& input : program.inputs) line.megabytes += bytes_of(input);
    for (const detail::Store& store : program.stores) line.megabytes += bytes_of(store.to);
    line.megabytes *= static_cast<double>(task.count) / 1e6;
    locate(line, task.recorded);
    return line;
  }

  Line describe(const Plan::Kernel& task) const {
    Line line;
    line.what = task.op->name;
    line.nodes = task.recorded.size();
    std::vector<Array> inputs;
    for (const Plan::Operand& input : task.inputs) {
      line.shapes += (line.shapes.empty() ? "" : " ") + to_string(input.array.shape);
      line.megabytes += bytes_of(input.array) / 1e6;
      inputs.push_back(input.array);
    }
    for (const Plan::Operand& output : task.outputs) line.megabytes += bytes_of(output.array) / 1e6;
    if (task.op->cost != nullptr && task.recorded.front() < tape_.recording.nodes.size()) {
      const detail::Node& node = tape_.recording.nodes[task.recorded.front()];
      std::vector<Inference::Output> outputs;
      const Inference inference{
          *task.op, tape_.recording.attributes_of(node), {}, {nullptr, {}, inputs}, outputs};
      line.megaflops = task.op->cost(inference).flops / 1e6;
    }
    locate(line, task.recorded);
    return line;
  }

  Line describe(const Plan::Copies& task) const {
    Line line;
    line.what = "copy";
    line.shapes = to_string(task.from.shape);
    if (task.pairs.size() > 1) {
      line.shapes = std::to_string(task.pairs.size()) + " of " + line.shapes;
    }
    line.megabytes = 2e-6 * bytes_of(task.from) * static_cast<double>(task.pairs.size());
    return line;
  }

  const detail::TapeState& tape_;
  const bool fold_;
  std::ostream& out_;
};

}  // namespace

void dump_plan(const Tape& tape, std::ostream& out, const PlanDumpOptions& options) {
  PlanDump(tape.state(), options, out).write();
}

std::string dump_plan(const Tape& tape, const PlanDumpOptions& options) {
  std::ostringstream out;
  dump_plan(tape, out, options);
  return out.str();
}

}  // namespace chronograd
