// Elementary functions on Highway vectors. Included once per instruction set, see loops.cpp.
//
// Errors are below 3 ulp for f32 and f64; NaN gives NaN, poles and limits are what IEEE 754 says.
// Results of exp and sigmoid below the smallest normal number are 0.

#if defined(CHRONOGRAD_VECTOR_MATH_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CHRONOGRAD_VECTOR_MATH_INL_H
#undef CHRONOGRAD_VECTOR_MATH_INL_H
#else
#define CHRONOGRAD_VECTOR_MATH_INL_H
#endif

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace chronograd::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D>
constexpr bool is_single = std::is_same_v<hn::TFromD<D>, float>;

template <class D, class V = hn::Vec<D>>
HWY_INLINE V set(D d, double x) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(x));
}
/// One number for f32, another for f64.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V set(D d, float single, double twice) {
  return hn::Set(
      d, is_single<D> ? static_cast<hn::TFromD<D>>(single) : static_cast<hn::TFromD<D>>(twice));
}

/// c0 + c2 z + c4 z^2 + …
template <class D, class V = hn::Vec<D>>
HWY_INLINE V every_second(D d, V, double c0, double = 0) {
  return set(d, c0);
}
template <class D, class V = hn::Vec<D>, class... Rest>
HWY_INLINE V every_second(D d, V z, double c0, double, double c2, Rest... rest) {
  return hn::MulAdd(every_second(d, z, c2, rest...), z, set(d, c0));
}

/// c0 + c1 x + c2 x^2 + … Even and odd powers are summed apart, which halves the wait.
template <class D, class V = hn::Vec<D>, class... Rest>
HWY_INLINE V polynomial(D d, V x, double c0, Rest... rest) {
  const V z = hn::Mul(x, x);
  return hn::MulAdd(every_second(d, z, rest...), x, every_second(d, z, c0, rest...));
}

/// min(x, most) and max(x, least), where NaN stays NaN (with Min and Max that depends on the
/// target).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V at_most(D d, V x, double most) {
  const V limit = set(d, most);
  return hn::IfThenElse(hn::Gt(x, limit), limit, x);
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V at_least(D d, V x, double least) {
  const V limit = set(d, least);
  return hn::IfThenElse(hn::Lt(x, limit), limit, x);
}

// --- the exponential family ----------------------------------------------------------------------

template <class D>
constexpr int mantissa_bits = is_single<D> ? 23 : 52;
template <class D>
constexpr int exponent_bias = is_single<D> ? 127 : 1023;

/// e^r - 1, where x = n ln 2 + r with |r| <= ln(2) / 2. The bits of `exponent` are those of n +
/// bias where a number has its exponent. For |x| up to a thousand.
template <int bias, class D, class V = hn::Vec<D>>
HWY_INLINE V reduced_expm1(D d, V x, V& exponent) {
  // Adding 1.5 * 2^mantissa_bits rounds to an integer and leaves it in the low bits.
  const V magic = set(d, 0x1.8p23f + bias, 0x1.8p52 + bias);
  const V log2e = set(d, 1.44269504088896340736);
  const V shifted = hn::MulAdd(x, log2e, magic);
  const V n = hn::Sub(shifted, magic);
  V r = hn::NegMulAdd(n, set(d, 0.693359375f, 6.93145751953125e-1), x);
  r = hn::NegMulAdd(n, set(d, -2.12194440e-4f, 1.42860682030941723212e-6), r);
  V p;
  if constexpr (is_single<D>) {
    p = polynomial(d, r, 0.499999981541, 0.16666543621, 0.0416671998406, 0.00836652058304,
                   0.00138825226704);
  } else {
    p = polynomial(d, r, 0.5000000000000005179, 0.1666666666666658928, 0.04166666666657675435,
                   0.008333333333389549861, 0.001388888893156499128, 0.0001984126971900979664,
                   0.00002480150527365331748, 2.75574075412327568e-6, 2.76260379438334403e-7,
                   2.505377515874087287e-8);
  }
  const hn::RebindToUnsigned<D> bits;
  exponent = hn::BitCast(d, hn::ShiftLeft<mantissa_bits<D>>(hn::BitCast(bits, shifted)));
  return hn::MulAdd(hn::Mul(r, r), p, r);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp(D d, V x) {
  const hn::RebindToUnsigned<D> bits;
  V exponent;
  const V mantissa = hn::Add(reduced_expm1<0>(d, x, exponent), set(d, 1));
  V y = hn::BitCast(d, hn::Add(hn::BitCast(bits, mantissa), hn::BitCast(bits, exponent)));
  // Beyond the largest finite result x + inf is inf, and NaN for NaN.
  y = hn::IfThenElse(hn::Le(x, set(d, 88.7228317f, 709.78271289338397)), y, hn::Add(x, hn::Inf(d)));
  return hn::IfThenZeroElse(hn::Lt(x, set(d, -87.3365402f, -708.39641853226408)), y);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V x) {
  // At the limits the power of two is 0 or inf; it is so only where the result is 1 or not normal.
  const V limited =
      at_least(d, at_most(d, hn::Neg(x), is_single<D> ? 88.6 : 709.6), is_single<D> ? -88 : -709);
  V power;
  const V expm1 = reduced_expm1<exponent_bias<D>>(d, limited, power);
  const V one = set(d, 1);
  return hn::Div(one, hn::MulAdd(power, hn::Add(expm1, one), one));
}

/// (e^x - 1) / 2 for x from -40 to just above the logarithm of the largest number.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V half_expm1(D d, V x) {
  V half_power;
  const V expm1 = reduced_expm1<exponent_bias<D> - 1>(d, x, half_power);
  return hn::MulAdd(half_power, expm1, hn::Sub(half_power, set(d, 0.5)));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V expm1(D d, V x) {
  const V limited = at_least(d, at_most(d, x, is_single<D> ? 89 : 710), is_single<D> ? -20 : -40);
  return hn::CopySign(hn::Mul(half_expm1(d, limited), set(d, 2)), x);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V tanh(D d, V x) {
  const V twice = hn::Mul(hn::Abs(x), set(d, 2));
  const V t = half_expm1(d, at_most(d, twice, is_single<D> ? 20 : 40));
  return hn::CopySign(hn::Div(t, hn::Add(t, set(d, 1))), x);
}

// --- logarithms ----------------------------------------------------------------------------------

/// log(x) + correction for normal finite x > 0 times 2^exponent. The method and the coefficients
/// are those of FreeBSD's msun (e_log.c, e_logf.c).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V log_positive(D d, V x, V exponent, V correction) {
  const hn::RebindToUnsigned<D> bits;
  using U = hn::TFromD<decltype(bits)>;
  constexpr U one_bits = static_cast<U>(exponent_bias<D>) << mantissa_bits<D>;
  constexpr U half_root_bits = is_single<D> ? U{0x3f3504f3} : static_cast<U>(0x3fe6a09e667f3bcd);
  constexpr U mantissa_mask = (U{1} << mantissa_bits<D>)-1;

  // x = 2^k m with m from sqrt(1/2) to sqrt(2)
  const auto raised = hn::Add(hn::BitCast(bits, x), hn::Set(bits, one_bits - half_root_bits));
  const auto biased_k = hn::ShiftRight<mantissa_bits<D>>(raised);
  const V magic = set(d, 0x1p23f, 0x1p52);
  const V shift = set(d, 0x1p23f + 127, 0x1p52 + 1023);
  const V k =
      hn::Add(hn::Sub(hn::BitCast(d, hn::Or(biased_k, hn::BitCast(bits, magic))), shift), exponent);
  const V m = hn::BitCast(
      d, hn::Add(hn::And(raised, hn::Set(bits, mantissa_mask)), hn::Set(bits, half_root_bits)));

  const V f = hn::Sub(m, set(d, 1));
  const V s = hn::Div(f, hn::Add(f, set(d, 2)));
  const V z = hn::Mul(s, s);
  V series;
  if constexpr (is_single<D>) {
    series = polynomial(d, z, 0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841);
  } else {
    series =
        polynomial(d, z, 6.666666666666735130e-01, 3.999999999940941908e-01,
                   2.857142874366239149e-01, 2.222219843214978396e-01, 1.818357216161805012e-01,
                   1.531383769920937332e-01, 1.479819860511658591e-01);
  }
  const V half_square = hn::Mul(hn::Mul(f, f), set(d, 0.5));
  const V low = hn::MulAdd(k, set(d, 9.0580006145e-06f, 1.90821492927058770002e-10), correction);
  const V tail = hn::MulAdd(s, hn::MulAdd(z, series, half_square), low);
  return hn::MulAdd(k, set(d, 6.9313812256e-01f, 6.93147180369123816490e-01),
                    hn::Sub(f, hn::Sub(half_square, tail)));
}

/// `y` where 0 < x < inf, else the logarithm's limits.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V with_log_limits(D d, V x, V y) {
  const V zero = hn::Zero(d);
  const V at_pole = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(hn::Inf(d)), hn::NaN(d));
  y = hn::IfThenElse(hn::Lt(x, hn::Inf(d)), y, x);
  return hn::IfThenElse(hn::Le(x, zero), at_pole, y);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V log(D d, V x) {
  using T = hn::TFromD<D>;
  const auto denormal = hn::Lt(x, hn::Set(d, std::numeric_limits<T>::min()));
  const V normal = hn::IfThenElse(denormal, hn::Mul(x, set(d, 0x1p25f, 0x1p54)), x);
  const V exponent = hn::IfThenElseZero(denormal, set(d, -25, -54));
  return with_log_limits(d, x, log_positive(d, normal, exponent, hn::Zero(d)));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V log1p(D d, V x) {
  using T = hn::TFromD<D>;
  const V one = set(d, 1);
  const V u = hn::Add(x, one);
  const V lost = hn::Sub(x, hn::Sub(u, one));
  const V y = with_log_limits(d, u, log_positive(d, u, hn::Zero(d), hn::Div(lost, u)));
  const auto tiny = hn::Lt(hn::Abs(x), hn::Set(d, std::numeric_limits<T>::epsilon() / 2));
  return hn::IfThenElse(tiny, x, y);
}

// --- the error function --------------------------------------------------------------------------

/// f32 only.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V erf(D d, V x) {
  const V t = at_most(d, hn::Abs(x), 4);
  const V square = hn::Mul(t, t);
  const V near = hn::MulAdd(x,
                            polynomial(d, square, 0.128379157492, -0.376125504643, 0.112824553297,
                                       -0.0267914630227, 0.00503218128922, -0.00062032549168),
                            x);
  // log(erfc(t)) / t + 1
  const V p = polynomial(d, t, -0.128622907423, -0.635256884814, -0.106059630817, 0.0236072129653,
                         -0.00356826933214, 0.000304331776932, -9.36467596777e-6);
  const V far = hn::Sub(set(d, 1), exp(d, hn::MulSub(t, p, t)));
  return hn::IfThenElse(hn::Lt(t, set(d, 0.875f, 0)), near, hn::CopySign(far, x));
}

// --- sine and cosine -----------------------------------------------------------------------------

/// sin(x + quarters pi / 2) of doubles, |x| <= 1e5. Kernels as in FreeBSD's msun (k_sin.c,
/// k_cos.c).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V sine(D d, V x, std::uint64_t quarters) {
  const hn::RebindToUnsigned<D> bits;
  const V magic = hn::Set(d, 0x1.8p52);
  const V shifted = hn::MulAdd(x, hn::Set(d, 6.36619772367581382433e-01), magic);
  const V n = hn::Sub(shifted, magic);
  // pi / 2 in three pieces of 33 bits, whose products with n are exact, and a rest
  V r = hn::NegMulAdd(n, hn::Set(d, 1.57079632673412561417e+00), x);
  r = hn::NegMulAdd(n, hn::Set(d, 6.07710050630396597660e-11), r);
  r = hn::NegMulAdd(n, hn::Set(d, 2.02226624871116645580e-21), r);
  r = hn::NegMulAdd(n, hn::Set(d, 8.47842766036889956997e-32), r);

  const V z = hn::Mul(r, r);
  const V sin_series = polynomial(d, z, -1.66666666666666324348e-01, 8.33333333332248946124e-03,
                                  -1.98412698298579493134e-04, 2.75573137070700676789e-06,
                                  -2.50507602534068634195e-08, 1.58969099521155010221e-10);
  const V cos_series = polynomial(d, z, 4.16666666666666019037e-02, -1.38888888888741095749e-03,
                                  2.48015872894767294178e-05, -2.75573143513906633035e-07,
                                  2.08757232129817482790e-09, -1.13596475577881948265e-11);
  const V sin_r = hn::MulAdd(hn::Mul(r, z), sin_series, r);
  const V cos_r = hn::Add(hn::Set(d, 1.0),
                          hn::NegMulAdd(hn::Set(d, 0.5), z, hn::Mul(hn::Mul(z, z), cos_series)));

  const auto quadrant = hn::Add(hn::BitCast(bits, shifted), hn::Set(bits, quarters));
  const auto one = hn::Set(bits, std::uint64_t{1});
  const auto odd = hn::Eq(hn::And(quadrant, one), one);
  const auto sign = hn::ShiftLeft<63>(hn::ShiftRight<1>(quadrant));
  const V magnitude = hn::IfThenElse(hn::RebindMask(d, odd), cos_r, sin_r);
  return hn::Xor(magnitude, hn::BitCast(d, sign));
}

/// Sine or cosine of f32 or f64, computed in doubles; large arguments go to the C library, each on
/// its own, so that no element depends on its neighbours.
template <bool cosine, class D, class V = hn::Vec<D>>
HWY_INLINE V sine_or_cosine(D d, V x) {
  using T = hn::TFromD<D>;
  const hn::ScalableTag<double> wide;
  const hn::Rebind<T, decltype(wide)> narrow;
  HWY_ALIGN T lanes[hn::MaxLanes(D{})];
  HWY_ALIGN T results[hn::MaxLanes(D{})];
  hn::Store(x, d, lanes);
  for (std::size_t i = 0; i < hn::Lanes(d); i += hn::Lanes(wide)) {
    const auto some = hn::Load(narrow, lanes + i);
    if constexpr (is_single<D>) {
      const auto y = sine(wide, hn::PromoteTo(wide, some), cosine ? 1 : 0);
      hn::Store(hn::DemoteTo(narrow, y), narrow, results + i);
    } else {
      hn::Store(sine(wide, some, cosine ? 1 : 0), narrow, results + i);
    }
  }
  const auto small = hn::Le(hn::Abs(x), set(d, 1e5f, 1e5));
  if (HWY_UNLIKELY(!hn::AllTrue(d, small))) {
    for (std::size_t i = 0; i < hn::Lanes(d); ++i) {
      if (std::abs(lanes[i]) <= T(1e5)) continue;
      results[i] = static_cast<T>(cosine ? std::cos(double{lanes[i]}) : std::sin(double{lanes[i]}));
    }
  }
  return hn::Load(d, results);
}

/// A function of the C library, element by element.
template <class D, class F, class V = hn::Vec<D>>
HWY_INLINE V each(D d, F f, V a, V b) {
  HWY_ALIGN hn::TFromD<D> x[hn::MaxLanes(D{})];
  HWY_ALIGN hn::TFromD<D> y[hn::MaxLanes(D{})];
  hn::Store(a, d, x);
  hn::Store(b, d, y);
  for (std::size_t i = 0; i < hn::Lanes(d); ++i) x[i] = f(x[i], y[i]);
  return hn::Load(d, x);
}

template <class D, class F, class V = hn::Vec<D>>
HWY_INLINE V each(D d, F f, V a) {
  HWY_ALIGN hn::TFromD<D> x[hn::MaxLanes(D{})];
  hn::Store(a, d, x);
  for (std::size_t i = 0; i < hn::Lanes(d); ++i) x[i] = f(x[i]);
  return hn::Load(d, x);
}

}  // namespace chronograd::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggled per target
