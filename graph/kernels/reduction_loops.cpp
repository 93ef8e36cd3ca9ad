#include "chronograd/graph/kernels/reduction_loops.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chronograd/graph/kernels/reduction_loops.cpp"
// clang-format off
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace chronograd::detail::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Lanes = hn::ScalableTag<T>;

template <class T>
std::int64_t lanes() {
  return static_cast<std::int64_t>(hn::Lanes(Lanes<T>()));
}

// Partial sums stay in T for this many numbers each; longer sums go on in f64.
constexpr std::int64_t block = 32;
constexpr std::int64_t rows_per_block = 16;

// What a partial sum in f32 does not hold, the whole sum may, or its mean.
template <class T>
double sum_in_f64(const T* x, std::int64_t n) {
  double total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += static_cast<double>(x[i]);
  return total;
}

template <class T>
double sum(const T* x, std::int64_t n) {
  const Lanes<T> d;
  const std::int64_t step = lanes<T>();
  double total = 0;
  std::int64_t i = 0;
  while (n - i >= 4 * step) {
    const std::int64_t end = std::min(n - 4 * step, i + (block - 1) * 4 * step);
    auto a = hn::Zero(d), b = a, c = a, e = a;
    for (; i <= end; i += 4 * step) {
      a = hn::Add(a, hn::LoadU(d, x + i));
      b = hn::Add(b, hn::LoadU(d, x + i + step));
      c = hn::Add(c, hn::LoadU(d, x + i + 2 * step));
      e = hn::Add(e, hn::LoadU(d, x + i + 3 * step));
    }
    const auto all = hn::Add(hn::Add(a, b), hn::Add(c, e));
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, all)));
  }
  auto rest = hn::Zero(d);
  for (; n - i >= step; i += step) rest = hn::Add(rest, hn::LoadU(d, x + i));
  total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, rest)));
  for (; i < n; ++i) total += static_cast<double>(x[i]);
  return std::isfinite(total) ? total : sum_in_f64(x, n);
}

// sums[0..lanes of T) += v
template <class V>
HWY_INLINE void add_to(V v, Lanes<double> d, double* sums) {
  hn::StoreU(hn::Add(hn::LoadU(d, sums), v), d, sums);
}

HWY_INLINE void add_to(hn::Vec<Lanes<float>> v, Lanes<float> d, double* sums) {
  const Lanes<double> wide;
  const hn::Rebind<float, Lanes<double>> half;
  HWY_ALIGN float numbers[hn::MaxLanes(d)];
  hn::Store(v, d, numbers);
  for (std::size_t j = 0; j < hn::Lanes(d); j += hn::Lanes(wide)) {
    add_to(hn::PromoteTo(wide, hn::LoadU(half, numbers + j)), wide, sums + j);
  }
}

template <class T>
void add_columns_in_f64(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                        double* sums) {
  for (std::int64_t j = 0; j < columns; ++j) {
    double total = 0;
    for (std::int64_t i = 0; i < rows; ++i) total += static_cast<double>(x[i * stride + j]);
    sums[j] += total;
  }
}

template <class T>
void add_rows(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
              double* sums) {
  const Lanes<T> d;
  const std::int64_t step = lanes<T>();
  for (std::int64_t first = 0; first < rows; first += rows_per_block) {
    const std::int64_t count = std::min(rows_per_block, rows - first);
    const T* HWY_RESTRICT from = x + first * stride;
    std::int64_t j = 0;
    for (; columns - j >= 2 * step; j += 2 * step) {
      auto a = hn::LoadU(d, from + j);
      auto b = hn::LoadU(d, from + j + step);
      for (std::int64_t i = 1; i < count; ++i) {
        a = hn::Add(a, hn::LoadU(d, from + i * stride + j));
        b = hn::Add(b, hn::LoadU(d, from + i * stride + j + step));
      }
      if (HWY_LIKELY(hn::AllTrue(d, hn::IsFinite(hn::Add(a, b))))) {
        add_to(a, d, sums + j);
        add_to(b, d, sums + j + step);
      } else {
        add_columns_in_f64(from + j, stride, count, 2 * step, sums + j);
      }
    }
    add_columns_in_f64(from + j, stride, count, columns - j, sums + j);
  }
}

template <class T>
double sum_of_squares(const T* x, std::int64_t n) {
  const Lanes<double> d;
  const hn::Rebind<T, Lanes<double>> from;
  const std::int64_t step = lanes<double>();
  const auto squares = [&](std::int64_t at) HWY_ATTR {
    const auto v = hn::LoadU(from, x + at);
    if constexpr (std::is_same_v<T, double>) return hn::Mul(v, v);
    if constexpr (std::is_same_v<T, float>) {
      const auto wide = hn::PromoteTo(d, v);
      return hn::Mul(wide, wide);
    }
  };
  auto a = hn::Zero(d), b = a, c = a, e = a;
  std::int64_t i = 0;
  for (; n - i >= 4 * step; i += 4 * step) {
    a = hn::Add(a, squares(i));
    b = hn::Add(b, squares(i + step));
    c = hn::Add(c, squares(i + 2 * step));
    e = hn::Add(e, squares(i + 3 * step));
  }
  for (; n - i >= step; i += step) a = hn::Add(a, squares(i));
  double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e))));
  for (; i < n; ++i) total += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return total;
}

template <class T>
void add_squares_of_rows(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                         double* HWY_RESTRICT sums) {
  for (std::int64_t i = 0; i < rows; ++i) {
    const T* HWY_RESTRICT from = x + i * stride;
    for (std::int64_t j = 0; j < columns; ++j) {
      const auto number = static_cast<double>(from[j]);
      sums[j] += number * number;
    }
  }
}

struct Maximum {
  template <class D, class V>
  static HWY_INLINE V best_lane(D d, V v) {
    return hn::MaxOfLanes(d, v);
  }
  template <class T>
  static T better(T x, T best) {
    return x > best || x != x ? x : best;
  }
  template <class V>
  static HWY_INLINE V better_of(V x, V best) {
    return hn::IfThenElse(hn::Or(hn::Gt(x, best), hn::IsNaN(x)), x, best);
  }
};

struct Minimum {
  template <class D, class V>
  static HWY_INLINE V best_lane(D d, V v) {
    return hn::MinOfLanes(d, v);
  }
  template <class T>
  static T better(T x, T best) {
    return x < best || x != x ? x : best;
  }
  template <class V>
  static HWY_INLINE V better_of(V x, V best) {
    return hn::IfThenElse(hn::Or(hn::Lt(x, best), hn::IsNaN(x)), x, best);
  }
};

template <class Order, class T>
T best(const T* x, std::int64_t n) {
  const Lanes<T> d;
  const std::int64_t step = lanes<T>();
  if (n < step) {
    T result = x[0];
    for (std::int64_t i = 1; i < n; ++i) result = Order::better(x[i], result);
    return result;
  }
  auto a = hn::LoadU(d, x), b = a;
  std::int64_t i = step;
  for (; n - i >= 2 * step; i += 2 * step) {
    a = Order::better_of(hn::LoadU(d, x + i), a);
    b = Order::better_of(hn::LoadU(d, x + i + step), b);
  }
  if (n - i >= step) a = Order::better_of(hn::LoadU(d, x + i), a);
  b = Order::better_of(hn::LoadU(d, x + n - step), b);  // some of these were seen already
  const auto all = Order::better_of(a, b);
  if (!hn::AllFalse(d, hn::IsNaN(all))) return std::numeric_limits<T>::quiet_NaN();
  return hn::GetLane(Order::best_lane(d, all));
}

template <class Order, class T>
void best_of_rows(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                  T* result) {
  const Lanes<T> d;
  const std::int64_t step = lanes<T>();
  for (std::int64_t first = 0; first < rows; first += rows_per_block) {
    const std::int64_t count = std::min(rows_per_block, rows - first);
    const T* from = x + first * stride;
    std::int64_t j = 0;
    for (; columns - j >= step; j += step) {
      auto v = hn::LoadU(d, result + j);
      for (std::int64_t i = 0; i < count; ++i) {
        v = Order::better_of(hn::LoadU(d, from + i * stride + j), v);
      }
      hn::StoreU(v, d, result + j);
    }
    for (; j < columns; ++j) {
      for (std::int64_t i = 0; i < count; ++i) {
        result[j] = Order::better(from[i * stride + j], result[j]);
      }
    }
  }
}

template <class T>
constexpr ReductionLoops<T> loops{
    sum<T>,           add_rows<T>,      sum_of_squares<T>,        add_squares_of_rows<T>,
    best<Maximum, T>, best<Minimum, T>, best_of_rows<Maximum, T>, best_of_rows<Minimum, T>,
};

const ReductionLoops<float>& f32_loops() { return loops<float>; }
const ReductionLoops<double>& f64_loops() { return loops<double>; }

}  // namespace
}  // namespace chronograd::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace chronograd::detail {

HWY_EXPORT(f32_loops);
HWY_EXPORT(f64_loops);

template <>
const ReductionLoops<float>& reduction_loops<float>() {
  static const ReductionLoops<float>& loops = HWY_DYNAMIC_DISPATCH(f32_loops)();
  return loops;
}

template <>
const ReductionLoops<double>& reduction_loops<double>() {
  static const ReductionLoops<double>& loops = HWY_DYNAMIC_DISPATCH(f64_loops)();
  return loops;
}

}  // namespace chronograd::detail
#endif
