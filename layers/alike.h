#pragma once

#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "chronograd/graph/error.h"
#include "chronograd/layers/members.h"

namespace chronograd::detail {

/// Where in a state a tensor is, outermost number first: "member 1.0".
struct MemberPath {
  const MemberPath* outer = nullptr;
  std::size_t index = 0;
};

inline std::string to_string(const MemberPath& path) {
  const std::string number = std::to_string(path.index);
  return path.outer == nullptr ? "member " + number : to_string(*path.outer) + "." + number;
}

inline std::string type_text(const Tensor& t) {
  if (!t.has_value()) return "empty";
  return std::string(name(t.dtype())) + " " + chronograd::to_string(t.shape());
}

/// Throws ShapeError or DTypeError with `text(path, what a has, what b has)` unless both states
/// hold as many tensors of the same shapes and dtypes.
template <class S, class Text>
void check_alike(const S& a, const S& b, const Text& text, const MemberPath* path = nullptr) {
  if constexpr (std::is_same_v<S, Tensor>) {
    if (!a.has_value() && !b.has_value()) return;
    const bool both = a.has_value() && b.has_value();
    if (!both || a.shape() != b.shape()) throw ShapeError(text(*path, type_text(a), type_text(b)));
    if (a.dtype() != b.dtype()) throw DTypeError(text(*path, type_text(a), type_text(b)));
  } else if constexpr (is_vector<S> || is_array<S>) {
    const auto count = [](const S& s) { return std::to_string(s.size()) + " states"; };
    if (a.size() != b.size()) throw ShapeError(text(*path, count(a), count(b)));
    for (std::size_t k = 0; k < a.size(); ++k) {
      const MemberPath inner{path, k};
      check_alike(a[k], b[k], text, &inner);
    }
  } else if constexpr (is_optional<S>) {
    const auto count = [](const S& s) { return std::string(s ? "a state" : "empty"); };
    if (a.has_value() != b.has_value()) throw ShapeError(text(*path, count(a), count(b)));
    if (a) check_alike(*a, *b, text, path);
  } else {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const MemberPath inner[] = {{path, I}...};
      (check_alike(std::get<I>(members(a)), std::get<I>(members(b)), text, &inner[I]), ...);
    }
    (std::make_index_sequence<member_count<S>()>{});
  }
}

}  // namespace chronograd::detail
