#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/autodiff/check_gradient.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/gradient_case.h"

/// What tests of layers share.
namespace chronograd::test {

inline const double not_a_number = std::numeric_limits<double>::quiet_NaN();

inline std::vector<double> numbers(const Tensor& x) {
  const auto values = x.values<double>();
  return {values.begin(), values.end()};
}

/// A plain matrix, for computing again what a layer computes.
struct Matrix {
  explicit Matrix(const Tensor& x) : values(numbers(x)), columns(x.shape()[-1]) {}
  double operator()(std::int64_t row, std::int64_t column) const {
    return values[static_cast<std::size_t>(row * columns + column)];
  }
  std::vector<double> values;
  std::int64_t columns;
};

/// sum_k x[row, k] w[k, column]
inline double dot(const Matrix& x, std::int64_t row, const Matrix& w, std::int64_t column) {
  double sum = 0;
  for (std::int64_t k = 0; k < x.columns; ++k) sum += x(row, k) * w(k, column);
  return sum;
}

inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

inline bool near(double a, double b, double tolerance = 1e-12) {
  return std::abs(a - b) <= tolerance * (1 + std::abs(b));
}

inline bool near(const Tensor& a, const Tensor& b, double tolerance = 1e-12) {
  if (a.shape() != b.shape()) return false;
  const auto x = a.values<double>();
  const auto y = b.values<double>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!near(x[i], y[i], tolerance)) return false;
  }
  return true;
}

/// Gives all parameters random numbers, so that nothing hides behind a bias of zero.
inline void scatter(const Parameters& parameters, Draw& draw) {
  for (const Parameter& p : parameters.list()) p.set_value(draw.tensor(p.shape(), -0.8, 0.8));
}

/// Checks the gradients of f(inputs) with respect to the inputs of f64 and to every parameter, all
/// of which f must depend on.
inline void check_gradients(const Parameters& parameters, const Function& f,
                            const std::vector<Tensor>& inputs) {
  const GradientCheck of_inputs = check_gradient(f, inputs);
  CHECK_MESSAGE(of_inputs, of_inputs.message);

  Draw draw{7};
  const Tensor weights = draw.tensor(f(inputs).detach().shape(), 0.5, 1.5);
  const auto loss = [&] { return sum(f(inputs) * weights); };
  const Tape tape;
  const Gradients gradients = backward(loss(), parameters);
  CHECK(gradients.size() == parameters.size());
  for (const auto& item : gradients) {  // clang 14 captures no structured bindings
    const std::string& path = item.first;
    const auto& entry = item.second;
    const std::vector<double> gradient = numbers(entry.gradient);
    const std::vector<double> before = numbers(entry.parameter.value());
    for (std::size_t i = 0; i < before.size(); ++i) {
      const auto moved = [&](double step) {
        std::vector<double> values = before;
        values[i] += step;
        entry.parameter.set_value(Tensor::adopt(std::move(values), entry.parameter.shape()));
        const Tape inner;
        return loss().item();
      };
      const double difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
      CHECK_MESSAGE(near(gradient[i], difference, 1e-7),
                    path << " at " << i << ": " << gradient[i] << ", differences " << difference);
    }
    entry.parameter.set_value(Tensor::copy_of(before, entry.parameter.shape()));
  }
}

}  // namespace chronograd::test
