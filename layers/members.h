#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

inline constexpr std::size_t most_members = 8;

template <class T>
inline constexpr bool is_vector = false;
template <class T, class Allocator>
inline constexpr bool is_vector<std::vector<T, Allocator>> = true;

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t count>
inline constexpr bool is_array<std::array<T, count>> = true;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

struct AnyMember {
  template <class T>
  operator T() const;
};

/// Stands for a member that a state may have: a tensor, another state, an array (an aggregate as
/// well) or a vector. An optional need not be named, for it is made of what it may hold.
struct TensorOrState {
  template <class T>
  requires(std::is_same_v<T, Tensor> || std::is_aggregate_v<T> || is_vector<T>) operator T() const;
};

/// Whether S{a, b.., last..} compiles with N members of the type Member before the last.
template <class S, class Member, std::size_t N, class... Last>
constexpr bool braces_take() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return requires { S{(static_cast<void>(I), Member{})..., Last{}...}; };
  }
  (std::make_index_sequence<N>{});
}

template <class S, std::size_t N>
constexpr bool braces_take_nothing_after() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return requires { S{(static_cast<void>(I), TensorOrState{})..., {}}; };
  }
  (std::make_index_sequence<N>{});
}

/// How many tensors and states a state begins with, up to one more than it may have.
template <class S, std::size_t N = most_members + 1>
constexpr std::size_t member_count() {
  if constexpr (N == 0 || braces_take<S, TensorOrState, N>()) {
    return N;
  } else {
    return member_count<S, N - 1>();
  }
}

/// Whether a state has a member after its first N, of any type.
template <class S, std::size_t N>
constexpr bool has_more_members() {
  return braces_take<S, TensorOrState, N, AnyMember>() || braces_take_nothing_after<S, N>();
}

/// The members of an aggregate as a tuple of references.
template <class S>
constexpr auto members(S& s) {
  constexpr std::size_t n = member_count<std::remove_const_t<S>>();
  if constexpr (n == 1) {
    auto& [a] = s;
    return std::tie(a);
  } else if constexpr (n == 2) {
    auto& [a, b] = s;
    return std::tie(a, b);
  } else if constexpr (n == 3) {
    auto& [a, b, c] = s;
    return std::tie(a, b, c);
  } else if constexpr (n == 4) {
    auto& [a, b, c, d] = s;
    return std::tie(a, b, c, d);
  } else if constexpr (n == 5) {
    auto& [a, b, c, d, e] = s;
    return std::tie(a, b, c, d, e);
  } else if constexpr (n == 6) {
    auto& [a, b, c, d, e, f] = s;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (n == 7) {
    auto& [a, b, c, d, e, f, g] = s;
    return std::tie(a, b, c, d, e, f, g);
  } else {
    auto& [a, b, c, d, e, f, g, h] = s;
    return std::tie(a, b, c, d, e, f, g, h);
  }
}

template <class S>
constexpr bool only_tensors();

template <class... Members>
constexpr bool all_only_tensors(const std::tuple<Members&...>*) {
  return (only_tensors<std::remove_cv_t<Members>>() && ...);
}

/// Whether `members` can take S apart, down to tensors.
template <class S>
constexpr bool only_tensors() {
  if constexpr (std::is_same_v<S, Tensor>) {
    return true;
  } else if constexpr (is_vector<S> || is_array<S> || is_optional<S>) {
    return only_tensors<typename S::value_type>();
  } else if constexpr (!std::is_aggregate_v<S>) {
    return false;
  } else {
    constexpr std::size_t n = member_count<S>();
    if constexpr (n == 0 || n > most_members || has_more_members<S, n>()) {
      return false;
    } else {
      using Members = decltype(members(std::declval<S&>()));
      return all_only_tensors(static_cast<const Members*>(nullptr));
    }
  }
}

}  // namespace chronograd::detail
