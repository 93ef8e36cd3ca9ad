#include "chronograd/optim/detail/moments.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"

namespace chronograd::detail {
namespace {

void zero(std::span<double> values, Shape, RandomStream&) {
  std::fill(values.begin(), values.end(), 0);
}

/// The place "<name>/<path>" without its last part, and that part.
std::pair<Scope, std::string> place_for(const Parameters& state, std::string_view name,
                                        const Parameter& parameter) {
  Scope scope = state / name;
  const std::string& path = parameter.path();
  std::size_t begin = 0;
  for (std::size_t end; (end = path.find('/', begin)) != std::string::npos; begin = end + 1) {
    scope = scope / path.substr(begin, end - begin);
  }
  return {scope, path.substr(begin)};
}

}  // namespace

std::vector<Parameter> trainable(const Scope& scope) {
  std::vector<Parameter> parameters = scope.list();
  std::erase_if(parameters, [](const Parameter& p) { return !p.trainable(); });
  return parameters;
}

Parameters empty_state(const Scope& scope) {
  Random unused{0};
  return Parameters{unused, scope.dtype()};
}

std::vector<Parameter> add_moments(const Parameters& state, std::string_view name,
                                   std::span<const Parameter> parameters) {
  std::vector<Parameter> moments;
  for (const Parameter& p : parameters) {
    const auto& [scope, last] = place_for(state, name, p);
    moments.push_back(scope.state(last, p.shape(), zero));
  }
  return moments;
}

std::vector<Parameter> add_counts(const Parameters& state, std::span<const Parameter> parameters) {
  std::vector<Parameter> counts;
  for (const Parameter& p : parameters) {
    const auto& [scope, last] = place_for(state, "count", p);
    counts.push_back(scope.state(last, {}, zero, DType::i64));
  }
  return counts;
}

std::size_t position_of(const Parameter& parameter, std::span<const Parameter> parameters) {
  const auto at = std::ranges::lower_bound(parameters, parameter.path(), {}, &Parameter::path);
  return static_cast<std::size_t>(at - parameters.begin());
}

void check_known(std::string_view optimizer, const Parameters& state,
                 std::span<const Parameter> parameters, const Gradients& gradients,
                 SourceLine where) {
  if (!state.has_value()) {
    throw ParameterError(
        fmt::format("{}: a step of an optimizer that was moved from; use the one it was moved to{}",
                    optimizer, where_text(where)));
  }
  for (const auto& [path, entry] : gradients) {
    const std::size_t at = position_of(entry.parameter, parameters);
    if (at < parameters.size() && parameters[at] == entry.parameter) continue;
    const bool same_path = at < parameters.size() && parameters[at].path() == path;
    throw ParameterError(
        fmt::format("{}: a gradient of {}, which it was not made for; {}{}", optimizer, path,
                    same_path ? "its parameter of that path is another model's"
                              : "make it after all layers, for a scope that holds them",
                    where_text(where)));
  }
}

void check_option(std::string_view optimizer, std::string_view option, double value,
                  SourceLine where, double below) {
  if (value >= 0 && value < below) return;
  throw ValueError(fmt::format("{}: {} = {}; it must be at least 0 and below {}{}", optimizer,
                               option, value, below, where_text(where)));
}

}  // namespace chronograd::detail
