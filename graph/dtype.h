#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace chronograd {

/// The type of a tensor's elements. Floating types carry gradients; integers index; `boolean`
/// comes from comparisons and is stored as one byte, 0 or 1.
enum class DType : std::uint8_t { f32, f64, i32, i64, boolean };

/// Bytes of one element.
constexpr std::size_t size_of(DType type) {
  switch (type) {
    case DType::f32:
    case DType::i32:
      return 4;
    case DType::f64:
    case DType::i64:
      return 8;
    case DType::boolean:
      return 1;
  }
  return 0;
}

/// "f32", "f64", "i32", "i64" or "bool".
constexpr std::string_view name(DType type) {
  constexpr std::string_view names[] = {"f32", "f64", "i32", "i64", "bool"};
  return names[static_cast<std::size_t>(type)];
}

/// Whether gradients flow through the type.
constexpr bool is_floating(DType type) { return type == DType::f32 || type == DType::f64; }

constexpr bool is_integer(DType type) { return type == DType::i32 || type == DType::i64; }

/// The C++ types that are elements: float, double, std::int32_t, std::int64_t and bool.
template <class T>
concept Element = std::is_same_v<T, float> || std::is_same_v<T, double> ||
    std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, bool>;

/// The DType of a C++ element type.
template <Element T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>) return DType::f32;
  if constexpr (std::is_same_v<T, double>) return DType::f64;
  if constexpr (std::is_same_v<T, std::int32_t>) return DType::i32;
  if constexpr (std::is_same_v<T, std::int64_t>) return DType::i64;
  return DType::boolean;
}

/// Calls `f.operator()<T>()` with the C++ type of the dtype's elements, and returns what that does:
///
///     visit(array.dtype, [&]<class T>() { fill(array.as<T>()); });
template <class F>
constexpr decltype(auto) visit(DType type, F&& f) {
  switch (type) {
    case DType::f32:
      return f.template operator()<float>();
    case DType::f64:
      return f.template operator()<double>();
    case DType::i32:
      return f.template operator()<std::int32_t>();
    case DType::i64:
      return f.template operator()<std::int64_t>();
    case DType::boolean:
      break;
  }
  return f.template operator()<bool>();
}

}  // namespace chronograd
