#include "chronograd/graph/kernels/integer_loops.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "chronograd/graph/error.h"

namespace chronograd::detail {
namespace {

template <class T>
T quotient(T a, T b) {
  if (b == 0) throw ValueError("div: integer division by zero");
  // The smallest number has no negative; it wraps to itself.
  return b == -1 ? static_cast<T>(-static_cast<std::make_unsigned_t<T>>(a)) : a / b;
}

/// What an instruction means for integers. Arithmetic is unsigned, where overflow is defined. The
/// return type is deduced so that an instruction without a line here does not compile.
template <Scalar op, class T>
auto apply(T a, [[maybe_unused]] T b, [[maybe_unused]] T c) {
  using enum Scalar;
  using U = std::make_unsigned_t<T>;
  [[maybe_unused]] const U x = static_cast<U>(a);
  [[maybe_unused]] const U y = static_cast<U>(b);

  if constexpr (op == copy) return a;
  if constexpr (op == neg) return static_cast<T>(-x);
  if constexpr (op == abs) return static_cast<T>(a < 0 ? -x : x);
  if constexpr (op == sign) return static_cast<T>((a > 0) - (a < 0));
  if constexpr (op == square) return static_cast<T>(x * x);
  if constexpr (op == relu) return std::max(a, T{0});
  if constexpr (op == logical_not) return a == 0;

  if constexpr (op == add) return static_cast<T>(x + y);
  if constexpr (op == sub) return static_cast<T>(x - y);
  if constexpr (op == mul) return static_cast<T>(x * y);
  if constexpr (op == div) return quotient(a, b);
  if constexpr (op == minimum) return std::min(a, b);
  if constexpr (op == maximum) return std::max(a, b);
  if constexpr (op == equal) return a == b;
  if constexpr (op == not_equal) return a != b;
  if constexpr (op == less) return a < b;
  if constexpr (op == less_equal) return a <= b;
  if constexpr (op == greater) return a > b;
  if constexpr (op == greater_equal) return a >= b;
  if constexpr (op == logical_and) return a != 0 && b != 0;
  if constexpr (op == logical_or) return a != 0 || b != 0;

  if constexpr (op == select) return a != 0 ? b : c;
}

template <Scalar op, class T>
void run(const void* a_data, const void* b_data, const void* c_data, void* out_data,
         std::size_t n) {
  const T* a = static_cast<const T*>(a_data);
  const T* b = operands(op) > 1 ? static_cast<const T*>(b_data) : a;
  const T* c = operands(op) > 2 ? static_cast<const T*>(c_data) : a;
  T* out = static_cast<T*>(out_data);
  for (std::size_t i = 0; i < n; ++i) out[i] = apply<op>(a[i], b[i], c[i]);
}

template <Scalar op, class T>
constexpr Loop entry() {
  if constexpr (traits_of(op).types == ScalarTypes::numbers) return run<op, T>;
  return nullptr;
}

template <class T>
constexpr auto table = []<std::size_t... op>(std::index_sequence<op...>) {
  return std::array<Loop, sizeof...(op)>{entry<static_cast<Scalar>(op), T>()...};
}
(std::make_index_sequence<elementwise_scalar_count>());

}  // namespace

Loop integer_loop(Scalar op, DType dtype) {
  const auto index = static_cast<std::size_t>(op);
  return dtype == DType::i32 ? table<std::int32_t>[index] : table<std::int64_t>[index];
}

}  // namespace chronograd::detail
