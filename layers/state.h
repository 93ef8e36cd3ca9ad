#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "chronograd/graph/error.h"
#include "chronograd/layers/members.h"

namespace chronograd {

/// What a cell carries from step to step: an aggregate of up to 8 members, each a Tensor, another
/// such aggregate, or a std::vector, std::array or std::optional of these. The member `h` is the
/// output.
template <class S>
concept RecurrentState = std::is_aggregate_v<S> && requires(const S& s) {
  { s.h } -> std::convertible_to<const Tensor&>;
} && detail::only_tensors<S>();

namespace detail {

inline void require_equal_counts(std::size_t first, std::size_t other) {
  if (first == other) return;
  throw ValueError("map_state: a member that holds " + std::to_string(first) +
                   " beside one that holds " + std::to_string(other) +
                   "; states that are mapped together must hold equally many");
}

}  // namespace detail

/// The state whose tensors are f(tensor of a, tensor of b, ..), member by member. Where the first
/// has an empty tensor, or an optional without a value, so has the result. Throws ValueError for
/// vectors of different sizes.
template <class F, class S, class... Others>
S map_state(const F& f, const S& first, const Others&... others) {
  if constexpr (std::is_same_v<S, Tensor>) {
    return first.has_value() ? f(first, others...) : first;
  } else if constexpr (detail::is_vector<S> || detail::is_array<S>) {
    (detail::require_equal_counts(first.size(), others.size()), ...);
    S result = first;
    for (std::size_t k = 0; k < first.size(); ++k) result[k] = map_state(f, first[k], others[k]...);
    return result;
  } else if constexpr (detail::is_optional<S>) {
    (detail::require_equal_counts(first.has_value(), others.has_value()), ...);
    return first ? S{map_state(f, *first, *others...)} : S{};
  } else {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto row = [&]<std::size_t K>(std::integral_constant<std::size_t, K>) {
        return map_state(f, std::get<K>(detail::members(first)),
                         std::get<K>(detail::members(others))...);
      };
      return S{row(std::integral_constant<std::size_t, I>{})...};
    }
    (std::make_index_sequence<detail::member_count<S>()>{});
  }
}

/// A state's numbers without their history, or those of a vector of states, to carry on from on the
/// next tape: truncated back-propagation through time.
template <class S>
requires(!std::is_same_v<S, Tensor> && detail::only_tensors<S>()) S detach(const S& state) {
  return map_state([](const Tensor& t) { return t.detach(); }, state);
}

}  // namespace chronograd
