#pragma once

#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "chronograd/graph/gradients.h"

namespace chronograd::detail {

/// What an optimizer made for a scope updates, in path order.
std::vector<Parameter> trainable(const Scope& scope);

/// A store with a zero for every parameter, at "<name>/<path>".
void add_moments(const Parameters& state, std::string_view name,
                 std::span<const Parameter> parameters);
Parameters empty_state(const Scope& scope);
Parameter moment(const Parameters& state, std::string_view name, const Parameter& parameter);

/// Throws ParameterError unless every gradient is of one of the parameters (in path order), so that
/// a step changes everything or nothing.
void check_known(std::string_view optimizer, std::span<const Parameter> parameters,
                 const Gradients& gradients);

/// Throws ValueError unless 0 <= value < below.
void check_option(std::string_view optimizer, std::string_view option, double value,
                  double below = std::numeric_limits<double>::infinity());

}  // namespace chronograd::detail
