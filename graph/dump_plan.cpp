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

std::string_view name_of(Scalar op) {
  constexpr std::string_view names[] = {"copy",    "neg",           "abs",      "sign",
                                        "square",  "sqrt",          "rsqrt",    "reciprocal",
                                        "exp",     "expm1",         "log",      "log1p",
                                        "sin",     "cos",           "tan",      "sinh",
                                        "cosh",    "asin",          "acos",     "atan",
                                        "asinh",   "acosh",         "atanh",    "erf",
                                        "sigmoid", "tanh",          "relu",     "floor",
                                        "ceil",    "round",         "is_nan",   "not",
                                        "add",     "sub",           "mul",      "div",
                                        "pow",     "hypot",         "minimum",  "maximum",
                                        "equal",   "not_equal",     "less",     "less_equal",
                                        "greater", "greater_equal", "and",      "or",
                                        "select",  "row_sum",       "row_mean", "row_mean_square",
                                        "row_rms", "row_max",       "row_min"};
  static_assert(std::size(names) == static_cast<std::size_t>(Scalar::row_minimum) + 1);
  return names[static_cast<std::size_t>(op)];
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
    if (tape_.plans.empty()) {
      out_ << "no plan: nothing was computed so far, or node by node\n";
      return;
    }
    for (std::size_t k = 0; k < tape_.plans.size(); ++k) {
      if (k > 0) out_ << '\n';
      write(k + 1, tape_.plans[k]);
    }
  }

 private:
  void write(std::size_t number, const detail::TapeState::PlanRun& run) {
    std::vector<Line> lines;
    Line total;
    for (std::size_t s = 0; s < run.plan->steps.size(); ++s) {
      Line line =
          std::visit([this](const auto& step) { return describe(step); }, run.plan->steps[s]);
      if (s < run.milliseconds.size()) line.milliseconds = run.milliseconds[s];
      total.megabytes += line.megabytes;
      total.megaflops += line.megaflops;
      total.milliseconds += line.milliseconds;
      add(lines, std::move(line));
    }
    out_ << fmt::format("plan {}: {} kernels, {:.1f} MFLOP, {:.2f} MB moved, {:.2f} MB of memory\n",
                        number, run.plan->steps.size(), total.megaflops, total.megabytes,
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

  Line describe(const Plan::Passes& step) const {
    const Plan::Program& program = *step.program;
    Line line;
    line.what = "pass:";
    for (const Instruction& i : program.code) {
      if (line.what.size() > 36) {
        line.what += " ..";
        break;
      }
      line.what += ' ';
      line.what += name_of(i.op);
    }
    line.shapes = to_string(program.shape);
    if (step.count > 1) line.shapes = std::to_string(step.count) + " of " + line.shapes;
    line.nodes = step.count * program.code.size();
    const auto elements =
        static_cast<double>(program.shape.size()) * static_cast<double>(step.count);
    line.megaflops = elements * static_cast<double>(program.code.size()) / 1e6;
    for (const Array& input : program.inputs) line.megabytes += bytes_of(input);
    for (const detail::Store& store : program.stores) line.megabytes += bytes_of(store.to);
    line.megabytes *= static_cast<double>(step.count) / 1e6;
    locate(line, step.recorded);
    return line;
  }

  Line describe(const Plan::Kernel& step) const {
    Line line;
    line.what = step.op->name;
    line.nodes = step.recorded.size();
    std::vector<Array> inputs;
    for (const Plan::Operand& input : step.inputs) {
      line.shapes += (line.shapes.empty() ? "" : " ") + to_string(input.array.shape);
      line.megabytes += bytes_of(input.array) / 1e6;
      inputs.push_back(input.array);
    }
    for (const Plan::Operand& output : step.outputs) line.megabytes += bytes_of(output.array) / 1e6;
    if (step.op->cost != nullptr && step.recorded.front() < tape_.recording.nodes.size()) {
      const detail::Node& node = tape_.recording.nodes[step.recorded.front()];
      std::vector<Inference::Output> outputs;
      const Inference inference{
          *step.op, tape_.recording.attributes_of(node), {}, {nullptr, {}, inputs}, outputs};
      line.megaflops = step.op->cost(inference).flops / 1e6;
    }
    locate(line, step.recorded);
    return line;
  }

  Line describe(const Plan::Copies& step) const {
    Line line;
    line.what = "copy";
    line.shapes = to_string(step.from.shape);
    if (step.pairs.size() > 1) {
      line.shapes = std::to_string(step.pairs.size()) + " of " + line.shapes;
    }
    line.megabytes = 2e-6 * bytes_of(step.from) * static_cast<double>(step.pairs.size());
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
