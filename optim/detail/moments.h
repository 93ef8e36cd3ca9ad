#pragma once

#include <string_view>

#include "chronograd/graph/gradients.h"

namespace chronograd::detail {

/// A store with a zero for every trainable parameter, at "<name>/<path>".
void add_moments(const Parameters& state, std::string_view name, const Scope& parameters);
Parameters empty_state(const Scope& parameters);
Parameter moment(const Parameters& state, std::string_view name, const Parameter& parameter);

/// Throws ParameterError unless all have a moment, so that a step changes everything or nothing.
void check_known(const Parameters& state, std::string_view name, const Gradients& gradients);

/// Throws ValueError unless low <= value < high.
void check_option(std::string_view optimizer, std::string_view option, double value, double low,
                  double high);

}  // namespace chronograd::detail
