#include "chronograd/autodiff/check_gradient.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/random.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"

namespace chronograd {
namespace {

using Function = std::function<Tensor(std::span<const Tensor>)>;

Tensor weighted_sum(const Tensor& y, std::uint64_t key) {
  RandomStream random{key};
  std::vector<double> weights(static_cast<std::size_t>(y.size()));
  for (double& w : weights) w = 2 * random.uniform() - 1;
  return sum(y * Tensor::adopt(std::move(weights), y.shape()));
}

// The number whose gradient is checked: of order 2, a weighted sum of first gradients.
Tensor objective(const Function& f, std::span<const Tensor> inputs, std::span<const Tensor> checked,
                 int order) {
  const Tensor y = f(inputs);
  if (y.dtype() != DType::f64) {
    throw DTypeError("check_gradient: a function of " + std::string(name(y.dtype())) +
                     "; it must yield f64, differences need the digits");
  }
  Tensor total = weighted_sum(y, 1);
  for (int k = 1; k < order; ++k) {
    const std::vector<Tensor> gradients = gradient(total, checked);
    total = Tensor::scalar(0, DType::f64);
    std::uint64_t key = 100;
    for (const Tensor& g : gradients) total = total + weighted_sum(g, key++);
  }
  return total;
}

std::vector<Tensor> floating(std::span<const Tensor> inputs) {
  std::vector<Tensor> found;
  for (const Tensor& x : inputs) {
    if (x.dtype() == DType::f64) found.push_back(x);
  }
  return found;
}

double value_at(const Function& f, std::span<const Tensor> inputs, int order) {
  const Tape tape;
  return objective(f, inputs, floating(inputs), order).item();
}

std::string position(Shape shape, std::int64_t flat) {
  std::string text;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    text = std::to_string(flat % shape[axis]) + (text.empty() ? "" : ", ") + text;
    flat /= shape[axis];
  }
  return "[" + text + "]";
}

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.12g", x);
  return text;
}

}  // namespace

GradientCheck check_gradient(const Function& f, std::span<const Tensor> inputs,
                             const GradientCheckOptions& options) {
  std::vector<Tensor> gradients;
  {
    const Tape tape;
    const std::vector<Tensor> checked = floating(inputs);
    const Tensor y = objective(f, inputs, checked, options.order);
    gradients = gradient(y, checked);
    evaluate(gradients);
  }
  GradientCheck check;
  std::vector<Tensor> moved(inputs.begin(), inputs.end());
  std::size_t next = 0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (inputs[k].dtype() != DType::f64) continue;
    const std::span<const double> analytic = gradients[next++].values<double>();
    const std::span<const double> x = inputs[k].values<double>();
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto at = [&](double offset) {
        std::vector<double> values(x.begin(), x.end());
        values[i] += offset;
        moved[k] = Tensor::adopt(std::move(values), inputs[k].shape());
        return value_at(f, moved, options.order);
      };
      const double numeric = (at(options.step) - at(-options.step)) / (2 * options.step);
      const double allowed = options.absolute + options.relative * std::abs(numeric);
      double error = std::abs(analytic[i] - numeric) / allowed;
      if (std::isnan(error)) error = std::numeric_limits<double>::infinity();

      check.passed &= error <= 1;
      if (error > check.worst) {
        check.worst = error;
        check.message = "input " + std::to_string(k) + " at " +
                        position(inputs[k].shape(), static_cast<std::int64_t>(i)) + ": gradient " +
                        number(analytic[i]) + ", differences " + number(numeric);
      }
    }
    moved[k] = inputs[k];
  }
  return check;
}

}  // namespace chronograd
