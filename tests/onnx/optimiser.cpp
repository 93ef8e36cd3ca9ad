#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops.h"
#include "chronograd/optim/adam.h"
#include "chronograd/optim/sgd.h"
#include "tests/onnx/operators.h"

// An operator updates several tensors: its inputs are the rate, the number of steps before, and
// then all tensors, all gradients, and each kind of moments.

namespace chronograd::onnx {

namespace {

// Input number `which` of each kind there is, of the tensor number k.
class Inputs {
 public:
  Inputs(const Call& x, std::size_t kinds) : x_(x), count_((x.inputs.size() - 2) / kinds) {}
  std::size_t count() const { return count_; }
  const Tensor& operator()(std::size_t kind, std::size_t k) const {
    return x_[2 + kind * count_ + k];
  }

 private:
  const Call& x_;
  std::size_t count_;
};

std::string named(std::size_t k) { return "x" + std::to_string(k); }

// One step of the library's optimizer; gives the new tensors and then the new moments.
template <class Optimizer, class Options>
std::vector<Tensor> step(const Inputs& inputs, const Options& options,
                         const std::vector<std::string>& moments, double count) {
  Random random{1};
  const Parameters parameters{random};
  std::vector<Parameter> tensors;
  for (std::size_t k = 0; k < inputs.count(); ++k) {
    tensors.push_back(parameters.root().parameter(named(k), inputs(0, k).shape(), init::zeros()));
    tensors.back().set_value(inputs(0, k));
  }
  Optimizer optimizer{parameters, options};
  for (std::size_t k = 0; k < inputs.count(); ++k) {
    for (std::size_t moment = 0; moment < moments.size(); ++moment) {
      optimizer.state().at(moments[moment] + "/" + named(k)).set_value(inputs(2 + moment, k));
    }
    const std::string steps = "count/" + named(k);
    if (optimizer.state().contains(steps)) {
      optimizer.state().at(steps).set_value(full({}, count, DType::i64).detach());
    }
  }
  const Tape tape;
  Tensor loss = zeros({});
  for (std::size_t k = 0; k < inputs.count(); ++k) loss = loss + sum(tensors[k] * inputs(1, k));
  optimizer.step(backward(loss, parameters));
  std::vector<Tensor> results;
  for (const Parameter& tensor : tensors) results.push_back(tensor.value());
  for (const std::string& moment : moments) {
    for (std::size_t k = 0; k < inputs.count(); ++k) {
      results.push_back(optimizer.state().at(moment + "/" + named(k)).value());
    }
  }
  return results;
}

Results momentum(const Call& x) {
  if (x[1].item() > 0 && x.number("beta", 1) != 1) throw Unsupported("Momentum with a beta");
  x.number("beta", 1);  // of the first step, 1 whatever it says
  const SGDOptions options{.rate = x[0].item(),
                           .momentum = x.number("alpha", 0),
                           .nesterov = x.text("mode", "standard") == "nesterov",
                           .weight_decay = x.number("norm_coefficient", 0)};
  return step<SGD>(Inputs{x, 3}, options, {"velocity"}, 0);
}

// Theirs does not correct the moments of the first step; after many steps neither does ours.
Results adam(const Call& x) {
  if (x[1].item() > 0) throw Unsupported("Adam after the first step, where its epsilon differs");
  const AdamOptions options{.rate = x[0].item(),
                            .beta1 = x.number("alpha", 0.9),
                            .beta2 = x.number("beta", 0.999),
                            .epsilon = x.number("epsilon", 1e-6),
                            .weight_decay = x.number("norm_coefficient", 0)};
  if (x.number("norm_coefficient_post", 0) != 0) throw Unsupported("Adam with a decay behind it");
  return step<Adam>(Inputs{x, 4}, options, {"m", "v"}, 1e6);
}

// The library has none: its lines.
Results adagrad(const Call& x) {
  const Inputs inputs{x, 3};
  const double rate = x[0].item() / (1 + x[1].item() * x.number("decay_factor", 0));
  std::vector<Tensor> tensors, squares;
  for (std::size_t k = 0; k < inputs.count(); ++k) {
    const Tensor g = x.number("norm_coefficient", 0) * inputs(0, k) + inputs(1, k);
    squares.push_back(inputs(2, k) + square(g));
    tensors.push_back(inputs(0, k) - rate * g / (sqrt(squares[k]) + x.number("epsilon", 1e-6)));
  }
  tensors.insert(tensors.end(), squares.begin(), squares.end());
  return tensors;
}

}  // namespace

Operators optimiser_operators() {
  return {{"Adagrad", adagrad}, {"Adam", adam}, {"Momentum", momentum}};
}

}  // namespace chronograd::onnx
