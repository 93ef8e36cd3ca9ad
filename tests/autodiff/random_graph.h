#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "chronograd/graph/tensor.h"
#include "tests/ops/gradient_case.h"

namespace chronograd::test {

/// A computation of a dozen ops drawn at random, which can be repeated with other inputs. It is
/// drawn with its numbers in view: kinks, poles and huge values are kept away from, so that finite
/// differences can be taken of it.
class RandomGraph {
 public:
  explicit RandomGraph(std::uint64_t seed);

  const std::vector<Tensor>& inputs() const { return inputs_; }

  /// The result, a vector. `look` is shown every value on the way.
  Tensor operator()(
      std::span<const Tensor> inputs,
      const std::function<void(const Tensor&)>& look = [](const Tensor&) {}) const;

  /// The ops in it, and how they are wired: "t3 = tanh(t1)".
  std::set<std::string> ops() const;
  std::string text() const;

  /// What it draws from.
  static std::vector<std::string> all_ops();

 private:
  struct Step {
    std::string op;
    std::vector<std::size_t> arguments;  // numbers of earlier values, the inputs first
    std::function<Tensor(std::span<const Tensor>)> f;
  };
  struct Kind;
  static const std::vector<Kind>& kinds();
  bool add_step(const Kind& kind, Draw& draw, std::vector<Tensor>& values);

  std::vector<Tensor> inputs_;
  std::vector<Step> steps_;
};

}  // namespace chronograd::test
