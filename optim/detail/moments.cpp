#include "chronograd/optim/detail/moments.h"

#include <algorithm>
#include <string>

#include "chronograd/graph/error.h"

namespace chronograd::detail {

Parameters empty_state(const Scope& parameters) {
  Random unused{0};
  return Parameters{unused, parameters.dtype()};
}

void add_moments(const Parameters& state, std::string_view name, const Scope& parameters) {
  const Initializer zero = [](std::span<double> values, Shape, RandomStream&) {
    std::fill(values.begin(), values.end(), 0);
  };
  for (const Parameter& p : parameters.list()) {
    if (p.trainable()) (state / name).state(p.path(), p.shape(), zero);
  }
}

Parameter moment(const Parameters& state, std::string_view name, const Parameter& parameter) {
  const std::string path = std::string(name) + "/" + parameter.path();
  if (!state.contains(path)) {
    throw ParameterError("step: a gradient of " + parameter.path() +
                         ", which the optimizer was not made for; make it after all layers");
  }
  return state.at(path);
}

void check_known(const Parameters& state, std::string_view name, const Gradients& gradients) {
  for (const auto& [path, entry] : gradients) moment(state, name, entry.parameter);
}

void check_option(std::string_view optimizer, std::string_view option, double value, double low,
                  double high) {
  if (value >= low && value < high) return;
  throw ValueError(std::string(optimizer) + ": " + std::string(option) + " = " +
                   std::to_string(value) + "; it must be at least " + std::to_string(low) +
                   " and below " + std::to_string(high));
}

}  // namespace chronograd::detail
