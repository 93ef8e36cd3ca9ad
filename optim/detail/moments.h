#pragma once

#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "chronograd/graph/gradients.h"

namespace chronograd::detail {

/// What an optimizer made for a scope updates, in path order.
std::vector<Parameter> trainable(const Scope& scope);

Parameters empty_state(const Scope& scope);
/// Adds a zero for every number of every parameter to a store, at "<name>/<path>".
std::vector<Parameter> add_moments(const Parameters& state, std::string_view name,
                                   std::span<const Parameter> parameters);
/// Adds a zero of i64 for every parameter, at "count/<path>".
std::vector<Parameter> add_counts(const Parameters& state, std::span<const Parameter> parameters);

/// Throws ParameterError unless every gradient is of one of the parameters (in path order), so that
/// a step changes everything or nothing, and when the optimizer was moved from.
void check_known(std::string_view optimizer, const Parameters& state,
                 std::span<const Parameter> parameters, const Gradients& gradients,
                 SourceLine where);
/// Where a parameter that is known is among the parameters.
std::size_t position_of(const Parameter& parameter, std::span<const Parameter> parameters);

/// Throws ValueError unless 0 <= value < below.
void check_option(std::string_view optimizer, std::string_view option, double value,
                  SourceLine where, double below = std::numeric_limits<double>::infinity());

}  // namespace chronograd::detail
