#include "chronograd/autodiff/check_gradient.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/random.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
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
                 std::span<const Parameter> parameters, int order) {
  const Tensor y = f(inputs);
  if (y.dtype() != DType::f64) {
    throw DTypeError("check_gradient: a function of " + std::string(name(y.dtype())) +
                     "; it must yield f64, differences need the digits");
  }
  Tensor total = weighted_sum(y, 1);
  for (int k = 1; k < order; ++k) {
    std::vector<Tensor> gradients = gradient(total, checked);
    for (const auto& [path, entry] : backward(total, parameters)) {
      gradients.push_back(entry.gradient);
    }
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

/// Compares gradients with differences, one tensor after another.
class Comparison {
 public:
  explicit Comparison(const GradientCheckOptions& options) : options_(options) {}

  /// `value_at(moved)` is the objective when the tensor `x`, called `name`, is `moved`.
  void add(const std::string& name, const Tensor& x, const Tensor& gradient,
           const std::function<double(const Tensor&)>& value_at) {
    const std::span<const double> analytic = gradient.values<double>();
    const std::span<const double> numbers = x.values<double>();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const auto at = [&](double offset) {
        std::vector<double> values(numbers.begin(), numbers.end());
        values[i] += offset;
        return value_at(Tensor::adopt(std::move(values), x.shape()));
      };
      const double numeric = (at(options_.step) - at(-options_.step)) / (2 * options_.step);
      const auto place = [&] {
        return name + " at " + position(x.shape(), static_cast<std::int64_t>(i));
      };
      compare(place, analytic[i], numeric);
    }
  }

  const GradientCheck& result() const { return check_; }

 private:
  void compare(const std::function<std::string()>& place, double analytic, double numeric) {
    const double allowed = options_.absolute + options_.relative * std::abs(numeric);
    double error = std::abs(analytic - numeric) / allowed;
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
    check_.passed &= error <= 1;
    if (error <= check_.worst) return;
    check_.worst = error;
    check_.message =
        place() + ": gradient " + number(analytic) + ", differences " + number(numeric);
  }

  const GradientCheckOptions& options_;
  GradientCheck check_;
};

/// While it lives, a parameter may hold other numbers than its own.
class Moved {
 public:
  explicit Moved(const Parameter& parameter) : parameter_(parameter), own_(parameter.value()) {}
  ~Moved() { parameter_.set_value(own_); }
  Moved(const Moved&) = delete;
  Moved& operator=(const Moved&) = delete;
  const Tensor& own() const { return own_; }

 private:
  const Parameter& parameter_;
  const Tensor own_;
};

GradientCheck check(const Function& f, std::span<const Parameter> parameters,
                    std::span<const Tensor> inputs, const GradientCheckOptions& options) {
  const auto objective_at = [&](std::span<const Tensor> xs) {
    const Tape tape;
    return objective(f, xs, floating(xs), parameters, options.order).item();
  };
  std::vector<Tensor> of_inputs;
  Gradients of_parameters;
  {
    const Tape tape;
    const std::vector<Tensor> checked = floating(inputs);
    const Tensor y = objective(f, inputs, checked, parameters, options.order);
    of_parameters = backward(y, parameters);
    of_inputs = gradient(y, checked);
    evaluate(of_inputs);
    for (const auto& [path, entry] : of_parameters) evaluate(entry.gradient);
  }
  Comparison comparison{options};
  std::vector<Tensor> moved(inputs.begin(), inputs.end());
  std::size_t next = 0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (inputs[k].dtype() != DType::f64) continue;
    comparison.add("input " + std::to_string(k), inputs[k], of_inputs[next++],
                   [&](const Tensor& x) {
                     moved[k] = x;
                     return objective_at(moved);
                   });
    moved[k] = inputs[k];
  }
  for (const Parameter& p : parameters) {
    if (!p.trainable()) continue;
    const Moved parameter{p};
    const Tensor gradient =
        of_parameters.contains(p) ? of_parameters.at(p) : zeros(p.shape(), DType::f64);
    comparison.add(p.path(), parameter.own(), gradient, [&](const Tensor& x) {
      p.set_value(x);
      return objective_at(inputs);
    });
  }
  return comparison.result();
}

}  // namespace

GradientCheck check_gradient(const Function& f, std::span<const Tensor> inputs,
                             const GradientCheckOptions& options) {
  return check(f, {}, inputs, options);
}

GradientCheck check_gradient(const Function& f, const Scope& parameters,
                             std::span<const Tensor> inputs, const GradientCheckOptions& options) {
  if (parameters.dtype() != DType::f64) {
    throw DTypeError("check_gradient: parameters of " + std::string(name(parameters.dtype())) +
                     "; they must be f64, as of `Parameters{random, DType::f64}`");
  }
  return check(f, parameters.list(), inputs, options);
}

}  // namespace chronograd
