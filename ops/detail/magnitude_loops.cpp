#include "chronograd/ops/detail/magnitude_loops.h"

#include <cmath>

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chronograd/ops/detail/magnitude_loops.cpp"
// clang-format off
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace chronograd::detail::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Wide = hn::ScalableTag<double>;

HWY_INLINE hn::Vec<Wide> load_wide(const double* x) { return hn::LoadU(Wide(), x); }
HWY_INLINE hn::Vec<Wide> load_wide(const float* x) {
  return hn::PromoteTo(Wide(), hn::LoadU(hn::Rebind<float, Wide>(), x));
}

template <class T>
double sum_of_squares(const T* x, std::int64_t n, double scale) {
  const Wide d;
  const auto step = static_cast<std::int64_t>(hn::Lanes(d));
  const auto factor = hn::Set(d, scale);
  auto a = hn::Zero(d), b = a, c = a, e = a;
  const auto add = [&](auto& sum, const T* from) HWY_ATTR {
    const auto v = hn::Mul(load_wide(from), factor);
    sum = hn::MulAdd(v, v, sum);
  };
  std::int64_t i = 0;
  for (; n - i >= 4 * step; i += 4 * step) {
    add(a, x + i);
    add(b, x + i + step);
    add(c, x + i + 2 * step);
    add(e, x + i + 3 * step);
  }
  for (; n - i >= step; i += step) add(a, x + i);
  double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e))));
  for (; i < n; ++i) {
    const double v = static_cast<double>(x[i]) * scale;
    total += v * v;
  }
  return total;
}

// Sums the numbers times 0: a finite number gives 0, any other one NaN, and a sum keeps NaN.
template <class T>
bool all_finite(const T* x, std::int64_t n) {
  const hn::ScalableTag<T> d;
  const auto step = static_cast<std::int64_t>(hn::Lanes(d));
  const auto zero = hn::Zero(d);
  auto a = zero, b = a, c = a, e = a;
  std::int64_t i = 0;
  for (; n - i >= 4 * step; i += 4 * step) {
    a = hn::MulAdd(hn::LoadU(d, x + i), zero, a);
    b = hn::MulAdd(hn::LoadU(d, x + i + step), zero, b);
    c = hn::MulAdd(hn::LoadU(d, x + i + 2 * step), zero, c);
    e = hn::MulAdd(hn::LoadU(d, x + i + 3 * step), zero, e);
  }
  for (; n - i >= step; i += step) a = hn::MulAdd(hn::LoadU(d, x + i), zero, a);
  T rest = 0;
  for (; i < n; ++i) rest += x[i] * T{0};
  const auto all = hn::Add(hn::Add(a, b), hn::Add(c, e));
  return hn::AllFalse(d, hn::IsNaN(all)) && !std::isnan(rest);
}

template <class T>
constexpr MagnitudeLoops<T> loops{sum_of_squares<T>, all_finite<T>};

const MagnitudeLoops<float>& f32_magnitudes() { return loops<float>; }
const MagnitudeLoops<double>& f64_magnitudes() { return loops<double>; }

}  // namespace
}  // namespace chronograd::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace chronograd::detail {

HWY_EXPORT(f32_magnitudes);
HWY_EXPORT(f64_magnitudes);

template <>
const MagnitudeLoops<float>& magnitude_loops<float>() {
  static const MagnitudeLoops<float>& loops = HWY_DYNAMIC_DISPATCH(f32_magnitudes)();
  return loops;
}

template <>
const MagnitudeLoops<double>& magnitude_loops<double>() {
  static const MagnitudeLoops<double>& loops = HWY_DYNAMIC_DISPATCH(f64_magnitudes)();
  return loops;
}

}  // namespace chronograd::detail
#endif
