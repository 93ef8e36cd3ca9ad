#include "chronograd/graph/kernels/loops.h"

#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "chronograd/graph/kernels/integer_loops.h"
#include "chronograd/graph/kernels/row_loops.h"

// AVX-512, AVX2 and SSE4 cover today's machines; Highway adds the plain fallback.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chronograd/graph/kernels/loops.cpp"
// foreach_target.h compiles this file once per instruction set; the order matters.
// clang-format off
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "chronograd/graph/kernels/vector_math-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace chronograd::detail::HWY_NAMESPACE {

/// 1 where the mask is set, else 0.
template <class D, class M>
HWY_INLINE hn::Vec<D> truth(D d, M mask) {
  return hn::IfThenElseZero(mask, hn::Set(d, 1));
}

/// True also if either is NaN, which Ne leaves to the target.
template <class V>
HWY_INLINE auto differs(V a, V b) {
  return hn::Not(hn::Eq(a, b));
}

/// The operand that is NaN, if one is.
template <class V>
HWY_INLINE V nan_of(V a, V b, V otherwise) {
  return hn::IfThenElse(hn::IsNaN(a), a, hn::IfThenElse(hn::IsNaN(b), b, otherwise));
}

/// The square root of a^2 + b^2, of which no square overflows.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V hypot(D d, V a, V b) {
  const V large = hn::Max(hn::Abs(a), hn::Abs(b));
  const V ratio = hn::Div(hn::Min(hn::Abs(a), hn::Abs(b)), large);
  const V root = hn::Mul(large, hn::Sqrt(hn::Add(hn::Set(d, 1), hn::Mul(ratio, ratio))));
  // Two zeros or infinities have no ratio.
  return nan_of(a, b, hn::IfThenElse(hn::IsNaN(ratio), large, root));
}

/// What an instruction means for vectors of f32 or f64. The return type is deduced so that an
/// instruction without a line here returns nothing, which does not compile.
template <Scalar op, class D, class V = hn::Vec<D>>
HWY_INLINE auto apply(D d, V a, [[maybe_unused]] V b, [[maybe_unused]] V c) {
  using enum Scalar;
  [[maybe_unused]] const V zero = hn::Zero(d);
  [[maybe_unused]] const V one = hn::Set(d, 1);

  if constexpr (op == copy) return a;
  if constexpr (op == neg) return hn::Neg(a);
  if constexpr (op == Scalar::abs) return hn::Abs(a);
  if constexpr (op == sign) {
    const V negative = hn::IfThenElse(hn::Lt(a, zero), hn::Neg(one), a);
    return hn::IfThenElse(hn::Gt(a, zero), one, negative);
  }
  if constexpr (op == square) return hn::Mul(a, a);
  if constexpr (op == Scalar::sqrt) return hn::Sqrt(a);
  if constexpr (op == rsqrt) return hn::Div(one, hn::Sqrt(a));
  if constexpr (op == reciprocal) return hn::Div(one, a);
  if constexpr (op == Scalar::exp) return HWY_NAMESPACE::exp(d, a);
  if constexpr (op == Scalar::expm1) return HWY_NAMESPACE::expm1(d, a);
  if constexpr (op == Scalar::log) return HWY_NAMESPACE::log(d, a);
  if constexpr (op == Scalar::log1p) return HWY_NAMESPACE::log1p(d, a);
  if constexpr (op == Scalar::sin) return sine_or_cosine<false>(d, a);
  if constexpr (op == Scalar::cos) return sine_or_cosine<true>(d, a);
  if constexpr (op == Scalar::tan)
    return each(
        d, [](auto x) { return std::tan(x); }, a);
  if constexpr (op == Scalar::sinh)
    return each(
        d, [](auto x) { return std::sinh(x); }, a);
  if constexpr (op == Scalar::cosh)
    return each(
        d, [](auto x) { return std::cosh(x); }, a);
  if constexpr (op == Scalar::asin)
    return each(
        d, [](auto x) { return std::asin(x); }, a);
  if constexpr (op == Scalar::acos)
    return each(
        d, [](auto x) { return std::acos(x); }, a);
  if constexpr (op == Scalar::atan)
    return each(
        d, [](auto x) { return std::atan(x); }, a);
  if constexpr (op == Scalar::asinh)
    return each(
        d, [](auto x) { return std::asinh(x); }, a);
  if constexpr (op == Scalar::acosh)
    return each(
        d, [](auto x) { return std::acosh(x); }, a);
  if constexpr (op == Scalar::atanh)
    return each(
        d, [](auto x) { return std::atanh(x); }, a);
  if constexpr (op == Scalar::erf) {
    if constexpr (is_single<D>)
      return HWY_NAMESPACE::erf(d, a);
    else
      return each(
          d, [](double x, double) { return std::erf(x); }, a, a);
  }
  if constexpr (op == Scalar::sigmoid) return HWY_NAMESPACE::sigmoid(d, a);
  if constexpr (op == Scalar::tanh) return HWY_NAMESPACE::tanh(d, a);
  if constexpr (op == relu) return hn::IfThenZeroElse(hn::Le(a, zero), a);
  if constexpr (op == Scalar::floor) return hn::Floor(a);
  if constexpr (op == Scalar::ceil) return hn::Ceil(a);
  if constexpr (op == Scalar::round) return hn::Round(a);
  if constexpr (op == is_nan) return truth(d, hn::IsNaN(a));
  if constexpr (op == logical_not) return truth(d, hn::Eq(a, zero));

  if constexpr (op == add) return hn::Add(a, b);
  if constexpr (op == sub) return hn::Sub(a, b);
  if constexpr (op == mul) return hn::Mul(a, b);
  if constexpr (op == Scalar::div) return hn::Div(a, b);
  if constexpr (op == Scalar::pow) {
    return each(
        d, [](auto x, auto y) { return std::pow(x, y); }, a, b);
  }
  if constexpr (op == Scalar::hypot) return HWY_NAMESPACE::hypot(d, a, b);
  if constexpr (op == minimum) return nan_of(a, b, hn::Min(a, b));
  if constexpr (op == maximum) return nan_of(a, b, hn::Max(a, b));
  if constexpr (op == equal) return truth(d, hn::Eq(a, b));
  if constexpr (op == not_equal) return truth(d, differs(a, b));
  if constexpr (op == less) return truth(d, hn::Lt(a, b));
  if constexpr (op == less_equal) return truth(d, hn::Le(a, b));
  if constexpr (op == greater) return truth(d, hn::Gt(a, b));
  if constexpr (op == greater_equal) return truth(d, hn::Ge(a, b));
  if constexpr (op == logical_and) return truth(d, hn::And(differs(a, zero), differs(b, zero)));
  if constexpr (op == logical_or) return truth(d, hn::Or(differs(a, zero), differs(b, zero)));
  if constexpr (op == select) return hn::IfThenElse(differs(a, zero), b, c);
}

template <Scalar op>
struct One {
  static constexpr int reads = operands(op);
  template <class D, class V>
  static HWY_INLINE V apply(D d, V a, V b, V c) {
    return HWY_NAMESPACE::apply<op>(d, a, b, c);
  }
};

template <Scalar first, Scalar second, bool made_first>
struct Two {
  static constexpr int reads = operands(first) + 1;
  template <class D, class V>
  static HWY_INLINE V apply(D d, V a, V b, V c) {
    const V made = HWY_NAMESPACE::apply<first>(d, a, b, b);
    const V other = reads == 3 ? c : b;
    return made_first ? HWY_NAMESPACE::apply<second>(d, made, other, other)
                      : HWY_NAMESPACE::apply<second>(d, other, made, made);
  }
};

template <class What, class T>
void run(const void* a_data, const void* b_data, const void* c_data, void* out_data,
         std::size_t n) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  const T* a = static_cast<const T*>(a_data);
  const T* b = What::reads > 1 ? static_cast<const T*>(b_data) : a;
  const T* c = What::reads > 2 ? static_cast<const T*>(c_data) : a;
  T* out = static_cast<T*>(out_data);

  if (n < lanes) {
    if (n == 0) return;
    if (n == 1) {
      *out = hn::GetLane(What::apply(d, hn::Set(d, *a), hn::Set(d, *b), hn::Set(d, *c)));
      return;
    }
    HWY_ALIGN T padded[3][hn::MaxLanes(d)];
    for (T* operand : padded) hn::Store(hn::Zero(d), d, operand);
    std::memcpy(padded[0], a, n * sizeof(T));
    std::memcpy(padded[1], b, n * sizeof(T));
    std::memcpy(padded[2], c, n * sizeof(T));
    hn::Store(
        What::apply(d, hn::Load(d, padded[0]), hn::Load(d, padded[1]), hn::Load(d, padded[2])), d,
        padded[0]);
    std::memcpy(out, padded[0], n * sizeof(T));
    return;
  }
  // The last vector overlaps the one before it. Its operands are read first, since `out` may be
  // one of them.
  const std::size_t last = n - lanes;
  const auto last_a = hn::LoadU(d, a + last);
  const auto last_b = hn::LoadU(d, b + last);
  const auto last_c = hn::LoadU(d, c + last);
  for (std::size_t i = 0; i < last; i += lanes) {
    hn::StoreU(What::apply(d, hn::LoadU(d, a + i), hn::LoadU(d, b + i), hn::LoadU(d, c + i)), d,
               out + i);
  }
  hn::StoreU(What::apply(d, last_a, last_b, last_c), d, out + last);
}

template <Scalar op, bool number_first, class D, class V = hn::Vec<D>>
HWY_INLINE V beside(D d, V x, V number) {
  if constexpr (number_first) return apply<op>(d, number, x, x);
  return apply<op>(d, x, number, x);
}

template <Scalar op, bool number_first, class T>
void run_rows(const void* a, const void* b, void* out, std::int64_t rows, std::int64_t columns) {
  const hn::ScalableTag<T> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const T* numbers = static_cast<const T*>(number_first ? a : b);
  // From the last row to the first, since they may be written where the numbers are.
  for (std::int64_t r = rows; r-- > 0;) {
    const auto number = hn::Set(d, numbers[r]);
    const T* x = static_cast<const T*>(number_first ? b : a) + r * columns;
    T* to = static_cast<T*>(out) + r * columns;
    if (columns < lanes) {
      for (std::int64_t i = 0; i < columns; ++i) {
        to[i] = hn::GetLane(beside<op, number_first>(d, hn::Set(d, x[i]), number));
      }
      continue;
    }
    const std::int64_t last = columns - lanes;
    const auto last_x = hn::LoadU(d, x + last);
    for (std::int64_t i = 0; i < last; i += lanes) {
      hn::StoreU(beside<op, number_first>(d, hn::LoadU(d, x + i), number), d, to + i);
    }
    hn::StoreU(beside<op, number_first>(d, last_x, number), d, to + last);
  }
}

template <Scalar op, class T>
RowLoop beside_loop(bool number_first) {
  return number_first ? run_rows<op, true, T> : run_rows<op, false, T>;
}

template <class T>
RowLoop beside_loop_of(Scalar op, bool number_first) {
  switch (op) {
    case Scalar::add:
      return beside_loop<Scalar::add, T>(number_first);
    case Scalar::sub:
      return beside_loop<Scalar::sub, T>(number_first);
    case Scalar::mul:
      return beside_loop<Scalar::mul, T>(number_first);
    case Scalar::div:
      return beside_loop<Scalar::div, T>(number_first);
    default:
      return nullptr;
  }
}

RowLoop f32_beside_loop(Scalar op, bool number_first) {
  return beside_loop_of<float>(op, number_first);
}
RowLoop f64_beside_loop(Scalar op, bool number_first) {
  return beside_loop_of<double>(op, number_first);
}

template <class T>
const Loop* table() {
  static constexpr auto loops = []<std::size_t... op>(std::index_sequence<op...>) {
    return std::array<Loop, sizeof...(op)>{run<One<static_cast<Scalar>(op)>, T>...};
  }
  (std::make_index_sequence<elementwise_scalar_count>());
  return loops.data();
}

template <Scalar first, class T>
Loop pair_of(Scalar second, bool made_first) {
  switch (second) {
    case Scalar::add:
      return run<Two<first, Scalar::add, true>, T>;
    case Scalar::mul:
      return run<Two<first, Scalar::mul, true>, T>;
    case Scalar::sub:
      return made_first ? run<Two<first, Scalar::sub, true>, T>
                        : run<Two<first, Scalar::sub, false>, T>;
    default:
      return nullptr;
  }
}

template <class T>
Loop pair(Scalar first, Scalar second, bool made_first) {
  switch (first) {
    case Scalar::neg:
      return pair_of<Scalar::neg, T>(second, made_first);
    case Scalar::square:
      return pair_of<Scalar::square, T>(second, made_first);
    case Scalar::add:
      return pair_of<Scalar::add, T>(second, made_first);
    case Scalar::sub:
      return pair_of<Scalar::sub, T>(second, made_first);
    case Scalar::mul:
      return pair_of<Scalar::mul, T>(second, made_first);
    default:
      return nullptr;
  }
}

Loop f32_pair(Scalar first, Scalar second, bool made_first) {
  return pair<float>(first, second, made_first);
}
Loop f64_pair(Scalar first, Scalar second, bool made_first) {
  return pair<double>(first, second, made_first);
}

const Loop* f32_loops() { return table<float>(); }
const Loop* f64_loops() { return table<double>(); }

}  // namespace chronograd::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace chronograd::detail {

HWY_EXPORT(f32_loops);
HWY_EXPORT(f64_loops);
HWY_EXPORT(f32_beside_loop);
HWY_EXPORT(f64_beside_loop);
HWY_EXPORT(f32_pair);
HWY_EXPORT(f64_pair);

RowLoop beside_loop(Scalar op, bool number_first, DType dtype) {
  if (dtype == DType::f32) return HWY_DYNAMIC_DISPATCH(f32_beside_loop)(op, number_first);
  if (dtype == DType::f64) return HWY_DYNAMIC_DISPATCH(f64_beside_loop)(op, number_first);
  return nullptr;
}

Loop pair_loop(Scalar first, Scalar second, bool made_first, DType dtype) {
  if (dtype == DType::f32) return HWY_DYNAMIC_DISPATCH(f32_pair)(first, second, made_first);
  if (dtype == DType::f64) return HWY_DYNAMIC_DISPATCH(f64_pair)(first, second, made_first);
  return nullptr;
}

Loop loop(Scalar op, DType dtype) {
  if (reduces_rows(op)) return nullptr;
  const auto index = static_cast<std::size_t>(op);
  switch (dtype) {
    case DType::f32:
      return HWY_DYNAMIC_DISPATCH(f32_loops)()[index];
    case DType::f64:
      return HWY_DYNAMIC_DISPATCH(f64_loops)()[index];
    case DType::i32:
    case DType::i64:
      return integer_loop(op, dtype);
    case DType::boolean:
      return nullptr;
  }
  return nullptr;
}

}  // namespace chronograd::detail
#endif
