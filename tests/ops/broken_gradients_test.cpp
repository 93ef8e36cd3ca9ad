#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "chronograd/autodiff/detail/reverse.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "tests/ops/gradient_case.h"

/// A check that passes says little unless it fails when it should: every gradient rule is broken in
/// four ways, and the check has to notice each.
namespace chronograd::test {
namespace {

using Rule = std::function<Tensor(int)>;

/// The rule for another input of the same shape; an empty handle when there is none.
Tensor swapped(const Rule& rule, int input, Shape shape) {
  for (int other = 0; other < 4; ++other) {
    if (other == input) continue;
    Tensor dx = rule(other);
    if (dx.has_value() && dx.shape() == shape) return dx;
  }
  return {};
}

/// Marks where the check's own ops end, which come after it and are not to be broken.
Tensor edge(const Tensor& x) {
  static const Op op{
      .name = "edge",
      .infer = infer_broadcast,
      .kernel = [](const Run& run) { copy(run.inputs[0], run.outputs[0]); },
      .gradient = [](const Differential& d, int) { return d.dy(); },
  };
  return apply(op, x);
}

struct Break {
  std::string name;
  Tensor (*apply)(const Rule&, int input, const Tensor& right);
};

const Break breaks[] = {
    {"its negative", [](const Rule&, int, const Tensor& right) { return neg(right); }},
    {"0.999 of it", [](const Rule&, int, const Tensor& right) { return right * 0.999; }},
    {"zero",
     [](const Rule&, int, const Tensor& right) { return zeros(right.shape(), right.dtype()); }},
    {"that of another input",
     [](const Rule& rule, int input, const Tensor& right) {
       return swapped(rule, input, right.shape());
     }},
};

/// Whether a broken rule gave other numbers in a trial, and whether the check noticed.
struct Finding {
  bool differs = false;
  bool caught = false;
};

Finding try_break(const Break& how, const std::string& op_name, const Trial& trial) {
  std::vector<std::pair<Tensor, Tensor>> changes;
  bool inside = false;
  const detail::GradientHook hook = [&](const Op& op, int input, const Rule& rule) {
    Tensor right = rule(input);
    inside |= op.name == "edge";
    if (!inside || op.name != op_name) return right;
    Tensor wrong = how.apply(rule, input, right);
    if (!wrong.has_value()) return right;
    changes.emplace_back(right, wrong);
    return wrong;
  };
  const struct Hooked {
    explicit Hooked(const detail::GradientHook& with) { detail::gradient_hook = &with; }
    ~Hooked() { detail::gradient_hook = nullptr; }
  } hooked{hook};
  Finding finding;
  const auto f = [&](std::span<const Tensor> inputs) { return edge(trial.f(inputs)); };
  finding.caught = !check_gradient(f, trial.inputs).passed;
  for (const auto& [right, wrong] : changes) finding.differs |= !same_values(right, wrong);
  return finding;
}

TEST_CASE("every gradient rule that is broken is caught") {
  int mutants = 0;
  int caught = 0;
  for (const GradientCase& c : gradient_cases()) {
    const std::string op = c.op.substr(0, c.op.find(' '));
    for (const Break& how : breaks) {
      Finding found;
      for (std::uint64_t n = 0; n < trials_per_case && !found.caught; ++n) {
        const Finding finding = try_break(how, op, trial(c, n));
        found.differs |= finding.differs;
        found.caught |= finding.differs && finding.caught;
      }
      if (!found.differs) continue;  // the same numbers: no mutant
      ++mutants;
      caught += found.caught;
      CHECK_MESSAGE(found.caught, c.op, " with ", how.name, " in place of its gradient");
    }
  }
  MESSAGE("caught ", caught, " of ", mutants);
  CHECK(caught == mutants);
  CHECK(mutants >= 3 * 20);
}

}  // namespace
}  // namespace chronograd::test
