#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/tape.h"
#include "chronograd/graph/tape/tape_state.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/gradient_case.h"

/// What an op says of its rows must hold, or a planner computes wrong numbers.
namespace chronograd::test {
namespace {

/// A recorded node, to be run again.
struct Sample {
  const Op* op;
  std::vector<std::int64_t> integers;
  std::vector<std::uint64_t> slots;
  std::uint32_t stacks;
  std::vector<Tensor> inputs;

  std::vector<Tensor> operator()(const std::vector<Tensor>& xs) const {
    const std::vector<Operand> operands(xs.begin(), xs.end());
    return apply_all(*op, operands, {.integers = integers, .slots = slots});
  }
};

/// The nodes of a trial and of its gradient whose rows may be stacked.
std::vector<Sample> samples_of(const Trial& trial) {
  std::vector<Sample> samples;
  const Tape tape;
  const Tensor y = trial.f(trial.inputs);
  std::vector<Tensor> xs;
  for (const Tensor& x : trial.inputs) {
    if (x.dtype() == DType::f64) xs.push_back(x);
  }
  std::vector<Tensor> dxs;
  if (is_floating(y.dtype()) && !xs.empty()) dxs = gradient(sum(y), xs);
  const std::size_t recorded = tape.recording().size();
  for (NodeId id = 0; id < recorded; ++id) {
    const NodeView node = tape.recording()[id];
    const std::uint32_t stacks = node.stacked_inputs();
    if (stacks == 0) continue;
    const Attributes attributes = node.attributes();
    Sample sample{.op = &node.op(),
                  .integers = {attributes.integers.begin(), attributes.integers.end()},
                  .slots = {attributes.slots.begin(), attributes.slots.end()},
                  .stacks = stacks,
                  .inputs = {}};
    for (const OutputId input : node.inputs()) {
      sample.inputs.push_back(detail::current_tape()->handle_to(input));
    }
    samples.push_back(std::move(sample));
  }
  for (Sample& sample : samples) {
    for (Tensor& x : sample.inputs) x = x.detach();
  }
  return samples;
}

/// Other numbers of the same kind for the inputs that may be stacked.
std::vector<Tensor> others(const Sample& sample) {
  std::vector<Tensor> xs = sample.inputs;
  for (std::size_t k = 0; k < xs.size(); ++k) {
    if ((sample.stacks >> k & 1) != 0 && is_floating(xs[k].dtype())) xs[k] = xs[k] * 0.75;
  }
  return xs;
}

bool same(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  const Tensor wide_a = cast(a, DType::f64);
  const Tensor wide_b = cast(b, DType::f64);
  const auto x = wide_a.values<double>();
  const auto y = wide_b.values<double>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool near = std::abs(x[i] - y[i]) <= 1e-12 * (1 + std::abs(x[i]));
    if (!near && !(std::isnan(x[i]) && std::isnan(y[i]))) return false;
  }
  return true;
}

bool law_holds(const Sample& sample) {
  const std::vector<Tensor> second = others(sample);
  std::vector<Tensor> joined = sample.inputs;
  for (std::size_t k = 0; k < joined.size(); ++k) {
    if ((sample.stacks >> k & 1) != 0) joined[k] = concat({sample.inputs[k], second[k]}, 0);
  }
  const auto ys = sample(sample.inputs);
  const auto zs = sample(second);
  const auto both = sample(joined);
  for (std::size_t k = 0; k < both.size(); ++k) {
    if (!same(both[k], concat({ys[k], zs[k]}, 0))) return false;
  }
  return true;
}

TEST_CASE("joined rows give the joined results, for every op that says so") {
  std::map<std::string, int> covered;
  for (const GradientCase& c : gradient_cases()) {
    for (std::uint64_t number = 0; number < 20; ++number) {
      for (const Sample& sample : samples_of(trial(c, number))) {
        CAPTURE(sample.op->name);
        CAPTURE(c.op);
        CAPTURE(number);
        CHECK(law_holds(sample));
        ++covered[std::string(sample.op->name)];
      }
    }
  }
  for (const char* op : {"add",         "add_picked", "add_slice",
                         "at",          "cast",       "concat",
                         "expand",      "gather",     "log_probability",
                         "log_softmax", "logsumexp",  "matmul",
                         "max",         "mean",       "permute",
                         "pick",        "reshape",    "sigmoid",
                         "slice",       "softmax",    "split",
                         "stack",       "sum",        "tanh",
                         "transpose",   "unstack",    "where"}) {
    CAPTURE(op);
    CHECK(covered[op] >= 3);
  }
}

TEST_CASE("a law that does not hold is noticed") {
  static const Op reversed{
      .name = "reversed",
      .infer = infer_broadcast,
      .kernel =
          [](const Run& run) {
            const Array x = dense(run.inputs[0]);
            std::reverse_copy(x.as<double>(), x.as<double>() + x.shape.size(),
                              run.outputs[0].as<double>());
          },
      .algebra = {.stacks = [](const Inference&) -> std::uint32_t { return 1; }},
  };
  const Sample sample{.op = &reversed,
                      .integers = {},
                      .slots = {},
                      .stacks = 1,
                      .inputs = {Draw{1}.tensor({3, 2})}};
  CHECK_FALSE(law_holds(sample));
}

}  // namespace
}  // namespace chronograd::test
