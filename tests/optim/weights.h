#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "chronograd/graph/gradients.h"
#include "chronograd/graph/parameter.h"

namespace chronograd {

/// Numbers of vectors by path.
using Numbers = std::map<std::string, std::vector<double>>;

/// A store of f64 vectors.
inline Parameters weights_of(const Numbers& numbers) {
  Random random{0};
  Parameters parameters{random, DType::f64};
  for (const auto& item : numbers) {  // clang 14 captures no structured bindings
    const std::string& path = item.first;
    const std::vector<double>& values = item.second;
    const auto slash = path.rfind('/');
    (parameters / path.substr(0, slash))
        .parameter(path.substr(slash + 1), Shape{static_cast<std::int64_t>(values.size())},
                   [&](std::span<double> to, Shape, RandomStream&) {
                     std::copy(values.begin(), values.end(), to.begin());
                   });
  }
  return parameters;
}

inline Tensor vector_of(const std::vector<double>& values) {
  return Tensor::copy_of(values, Shape{static_cast<std::int64_t>(values.size())});
}

inline Gradients gradients_of(const Parameters& parameters, const Numbers& numbers) {
  Gradients gradients;
  for (const auto& [path, values] : numbers) {
    gradients.set(parameters.at(path), vector_of(values));
  }
  return gradients;
}

/// The gradient of step t = 1, 2, ..: numbers of both signs and several sizes.
inline std::vector<double> gradient_at(int t, std::size_t size) {
  std::vector<double> g(size);
  for (std::size_t k = 0; k < size; ++k) {
    const double x = 3.0 * t + static_cast<double>(k);
    g[k] = std::sin(x) * std::pow(10, static_cast<double>(k) - 1);
  }
  return g;
}

inline void check_near(const Tensor& tensor, const std::vector<double>& expected) {
  const auto values = tensor.values<double>();
  REQUIRE(values.size() == expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    CAPTURE(k);
    CHECK(std::abs(values[k] - expected[k]) <= 1e-13 * (1 + std::abs(expected[k])));
  }
}

inline void check_same(const std::map<std::string, Tensor>& a,
                       const std::map<std::string, Tensor>& b) {
  REQUIRE(a.size() == b.size());
  for (const auto& item : a) {
    const std::string& path = item.first;
    CAPTURE(path);
    REQUIRE(b.contains(path));
    CHECK(same_values(item.second, b.at(path)));
  }
}

}  // namespace chronograd
