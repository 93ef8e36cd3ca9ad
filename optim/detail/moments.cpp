#include "chronograd/optim/detail/moments.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "chronograd/graph/error.h"

namespace chronograd::detail {

std::vector<Parameter> trainable(const Scope& scope) {
  std::vector<Parameter> parameters = scope.list();
  std::erase_if(parameters, [](const Parameter& p) { return !p.trainable(); });
  return parameters;
}

void add_moments(const Parameters& state, std::string_view name,
                 std::span<const Parameter> parameters) {
  const Initializer zero = [](std::span<double> values, Shape, RandomStream&) {
    std::fill(values.begin(), values.end(), 0);
  };
  for (const Parameter& p : parameters) (state / name).state(p.path(), p.shape(), zero);
}

Parameters empty_state(const Scope& scope) {
  Random unused{0};
  return Parameters{unused, scope.dtype()};
}

Parameter moment(const Parameters& state, std::string_view name, const Parameter& parameter) {
  return state.at(std::string(name) + "/" + parameter.path());
}

void check_known(std::string_view optimizer, std::span<const Parameter> parameters,
                 const Gradients& gradients) {
  for (const auto& [path, entry] : gradients) {
    const auto at = std::ranges::lower_bound(parameters, path, {}, &Parameter::path);
    if (at != parameters.end() && *at == entry.parameter) continue;
    throw ParameterError(
        fmt::format("{}: a gradient of {}, which it was not made for; make it after all layers, "
                    "for a scope that holds them",
                    optimizer, path));
  }
}

void check_option(std::string_view optimizer, std::string_view option, double value, double below) {
  if (value >= 0 && value < below) return;
  throw ValueError(fmt::format("{}: {} = {}; it must be at least 0 and below {}", optimizer, option,
                               value, below));
}

}  // namespace chronograd::detail
