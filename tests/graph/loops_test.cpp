#include "chronograd/graph/kernels/loops.h"

#include <doctest/doctest.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/random.h"

namespace chronograd::detail {
namespace {

template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T>
constexpr T nan = std::numeric_limits<T>::quiet_NaN();
template <class T>
constexpr T largest = std::numeric_limits<T>::max();
template <class T>
constexpr T tiniest = std::numeric_limits<T>::denorm_min();

/// Calls f once for every instruction set that both the library and this machine have.
template <class F>
void for_each_instruction_set(F f) {
  for (const std::int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_STATIC_TARGET}) {
    hwy::SetSupportedTargetsForTest(0);
    if ((hwy::SupportedTargets() & target) == 0 && target != HWY_STATIC_TARGET) continue;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    CAPTURE(std::string(hwy::TargetName(target)));
    f();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

template <class T>
std::vector<T> run(Scalar op, const std::vector<T>& a, const std::vector<T>& b = {},
                   const std::vector<T>& c = {}) {
  std::vector<T> out(a.size());
  const Loop found = loop(op, dtype_of<T>());
  REQUIRE(static_cast<bool>(found));
  found(a.data(), b.data(), c.data(), out.data(), a.size());
  return out;
}

template <class T>
T run_one(Scalar op, T a, T b = 0, T c = 0) {
  return run<T>(op, {a}, {b}, {c})[0];
}

/// How far `y` is from `exact`, in units of the last place of the latter. Results below the
/// smallest normal number may be 0.
template <class T>
double error_in_ulp(T y, long double exact) {
  constexpr T normal = std::numeric_limits<T>::min();
  const T rounded = static_cast<T>(exact);
  if (y == rounded || (std::isnan(y) && std::isnan(rounded))) return 0;
  if (!std::isfinite(y) || !std::isfinite(rounded)) return infinity<double>;
  if (std::abs(rounded) < normal) return std::abs(y) <= normal ? 0 : infinity<double>;
  const T unit = std::abs(rounded) - std::nextafter(std::abs(rounded), T{0});
  return static_cast<double>(std::abs(static_cast<long double>(y) - exact) /
                             static_cast<long double>(unit));
}

struct Function {
  const char* name;
  Scalar op;
  long double (*exact)(long double);
  double most_ulp;
};

const Function functions[] = {
    {"sqrt", Scalar::sqrt, [](long double x) { return std::sqrt(x); }, 0.51},
    {"rsqrt", Scalar::rsqrt, [](long double x) { return 1 / std::sqrt(x); }, 1.6},
    {"reciprocal", Scalar::reciprocal, [](long double x) { return 1 / x; }, 0.51},
    {"square", Scalar::square, [](long double x) { return x * x; }, 0.51},
    {"exp", Scalar::exp, [](long double x) { return std::exp(x); }, 1.5},
    {"expm1", Scalar::expm1, [](long double x) { return std::expm1(x); }, 2.5},
    {"log", Scalar::log, [](long double x) { return std::log(x); }, 1.5},
    {"log1p", Scalar::log1p, [](long double x) { return std::log1p(x); }, 1.5},
    {"sin", Scalar::sin, [](long double x) { return std::sin(x); }, 2.5},
    {"cos", Scalar::cos, [](long double x) { return std::cos(x); }, 2.5},
    {"tan", Scalar::tan, [](long double x) { return std::tan(x); }, 2.5},
    {"sinh", Scalar::sinh, [](long double x) { return std::sinh(x); }, 2.5},
    {"cosh", Scalar::cosh, [](long double x) { return std::cosh(x); }, 2.5},
    {"asin", Scalar::asin, [](long double x) { return std::asin(x); }, 2.5},
    {"acos", Scalar::acos, [](long double x) { return std::acos(x); }, 2.5},
    {"atan", Scalar::atan, [](long double x) { return std::atan(x); }, 2.5},
    {"asinh", Scalar::asinh, [](long double x) { return std::asinh(x); }, 2.5},
    {"acosh", Scalar::acosh, [](long double x) { return std::acosh(x); }, 2.5},
    {"atanh", Scalar::atanh, [](long double x) { return std::atanh(x); }, 2.5},
    {"erf", Scalar::erf, [](long double x) { return std::erf(x); }, 1.5},
    {"sigmoid", Scalar::sigmoid, [](long double x) { return 1 / (1 + std::exp(-x)); }, 2.5},
    {"tanh", Scalar::tanh, [](long double x) { return std::tanh(x); }, 3},
};

/// Numbers of every magnitude, and many of those that matter.
template <class T>
std::vector<T> samples() {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  RandomStream random{7};
  std::vector<T> x;
  for (int i = 0; i < 150000; ++i) {
    const std::uint64_t high = random.word();
    x.push_back(std::bit_cast<T>(static_cast<Bits>((high << 32) | random.word())));
  }
  for (const double scale : {0.01, 1.0, 10.0, 100.0, 1000.0, 1e5}) {
    for (int i = 0; i < 25000; ++i) x.push_back(static_cast<T>((2 * random.uniform() - 1) * scale));
  }
  for (int i = 1; i < 20000; ++i) {  // next to where sin, cos and log are 0
    const T near = static_cast<T>(i * 1.57079632679489661923);
    x.insert(x.end(), {near, std::nextafter(near, T{0}), -near});
    x.push_back(1 + static_cast<T>(i - 10000) * std::numeric_limits<T>::epsilon());
  }
  return x;
}

template <class T>
void check_accuracy(const Function& f, const std::vector<T>& x,
                    const std::vector<long double>& exact) {
  const std::vector<T> y = run(f.op, x);
  double worst = 0;
  T worst_at = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (const double error = error_in_ulp(y[i], exact[i]); !(error <= worst)) {
      worst = error;
      worst_at = x[i];
    }
  }
  CAPTURE(std::string(f.name));
  CAPTURE(static_cast<double>(worst_at));
  CAPTURE(static_cast<double>(run_one(f.op, worst_at)));
  CHECK(worst <= f.most_ulp);
}

TEST_CASE_TEMPLATE("functions are accurate to a few units of the last place", T, float, double) {
  const std::vector<T> x = samples<T>();
  for (const Function& f : functions) {
    std::vector<long double> exact;
    for (const T number : x) exact.push_back(f.exact(static_cast<long double>(number)));
    for_each_instruction_set([&] { check_accuracy(f, x, exact); });
  }
}

/// The same number: of the same sign if it is 0, and any NaN is NaN.
template <class T>
bool same(T x, T y) {
  return std::isnan(x) ? std::isnan(y) : x == y && std::signbit(x) == std::signbit(y);
}

TEST_CASE_TEMPLATE("functions of one operand have the right values at the edges", T, float,
                   double) {
  struct Edge {
    Scalar op;
    T x;
    T y;
  };
  using enum Scalar;
  constexpr T inf = infinity<T>;
  constexpr T edge = largest<T>;
  const Edge edges[] = {
      {copy, T{-0.0}, T{-0.0}},
      {copy, -inf, -inf},
      {neg, T{0}, T{-0.0}},
      {neg, T{-0.0}, T{0}},
      {neg, inf, -inf},
      {Scalar::abs, T{-0.0}, T{0}},
      {Scalar::abs, -inf, inf},
      {Scalar::abs, T{-2}, T{2}},
      {sign, T{0}, T{0}},
      {sign, -tiniest<T>, T{-1}},
      {sign, inf, T{1}},
      {Scalar::sqrt, T{-1}, nan<T>},
      {Scalar::sqrt, inf, inf},
      {Scalar::sqrt, T{0}, T{0}},
      {rsqrt, T{0}, inf},
      {rsqrt, inf, T{0}},
      {rsqrt, T{-1}, nan<T>},
      {reciprocal, T{0}, inf},
      {reciprocal, T{-0.0}, -inf},
      {reciprocal, -inf, T{-0.0}},
      {Scalar::exp, T{0}, T{1}},
      {Scalar::exp, T{-0.0}, T{1}},
      {Scalar::exp, inf, inf},
      {Scalar::exp, -inf, T{0}},
      {Scalar::exp, edge, inf},
      {Scalar::exp, -edge, T{0}},
      {Scalar::exp, T{800}, inf},
      {Scalar::exp, T{-800}, T{0}},
      {Scalar::expm1, inf, inf},
      {Scalar::expm1, -inf, T{-1}},
      {Scalar::expm1, edge, inf},
      {Scalar::expm1, -edge, T{-1}},
      {Scalar::expm1, T{0}, T{0}},
      {Scalar::expm1, T{-0.0}, T{-0.0}},

      {Scalar::log, T{0}, -inf},
      {Scalar::log, T{-0.0}, -inf},
      {Scalar::log, T{1}, T{0}},
      {Scalar::log, T{-1}, nan<T>},
      {Scalar::log, inf, inf},
      {Scalar::log, -inf, nan<T>},
      {Scalar::log, -tiniest<T>, nan<T>},
      {Scalar::log1p, T{-1}, -inf},
      {Scalar::log1p, T{-2}, nan<T>},
      {Scalar::log1p, inf, inf},
      {Scalar::log1p, T{0}, T{0}},
      {Scalar::log1p, T{-0.0}, T{-0.0}},
      {Scalar::log1p, -inf, nan<T>},
      {Scalar::log1p, tiniest<T>, tiniest<T>},
      {Scalar::sin, T{0}, T{0}},
      {Scalar::sin, inf, nan<T>},
      {Scalar::sin, -inf, nan<T>},
      {Scalar::cos, T{0}, T{1}},
      {Scalar::cos, inf, nan<T>},
      {Scalar::erf, T{0}, T{0}},
      {Scalar::erf, T{-0.0}, T{-0.0}},
      {Scalar::erf, inf, T{1}},
      {Scalar::erf, -inf, T{-1}},
      {Scalar::erf, edge, T{1}},
      {sigmoid, T{0}, T{0.5}},
      {sigmoid, inf, T{1}},
      {sigmoid, -inf, T{0}},
      {sigmoid, edge, T{1}},
      {sigmoid, -edge, T{0}},
      {sigmoid, T{1000}, T{1}},
      {sigmoid, T{-1000}, T{0}},
      {Scalar::tanh, T{0}, T{0}},
      {Scalar::tanh, T{-0.0}, T{-0.0}},
      {Scalar::tanh, inf, T{1}},
      {Scalar::tanh, -inf, T{-1}},
      {Scalar::tanh, edge, T{1}},
      {Scalar::tanh, -edge, T{-1}},
      {Scalar::tanh, tiniest<T>, tiniest<T>},
      {relu, T{-3}, T{0}},
      {relu, T{3}, T{3}},
      {relu, -inf, T{0}},
      {relu, inf, inf},
      {Scalar::floor, T{-1.5}, T{-2}},
      {Scalar::floor, inf, inf},
      {Scalar::floor, T{1e30f}, T{1e30f}},
      {Scalar::ceil, T{1.5}, T{2}},
      {Scalar::ceil, -inf, -inf},
      {Scalar::round, T{0.5}, T{0}},
      {Scalar::round, T{1.5}, T{2}},
      {Scalar::round, T{2.5}, T{2}},
      {Scalar::round, T{-2.5}, T{-2}},
      {Scalar::round, T{2.75}, T{3}},
      {Scalar::round, T{1e30f}, T{1e30f}},
      {is_nan, T{0}, T{0}},
      {is_nan, inf, T{0}},
      {is_nan, nan<T>, T{1}},
      {logical_not, nan<T>, T{0}},
      {logical_not, T{-0.0}, T{1}},
      {logical_not, T{3}, T{0}},
  };
  for_each_instruction_set([&] {
    for (const Edge& e : edges) {
      CAPTURE(static_cast<int>(e.op));
      CAPTURE(static_cast<double>(e.x));
      const T y = run_one(e.op, e.x);
      CAPTURE(static_cast<double>(y));
      CHECK(same(y, e.y));
    }
    for (int op = 0; op < static_cast<int>(is_nan); ++op) {
      CAPTURE(op);
      CHECK(std::isnan(run_one(static_cast<Scalar>(op), nan<T>)));
    }
  });
}

TEST_CASE_TEMPLATE("functions of two and three operands have the right values at the edges", T,
                   float, double) {
  struct Edge {
    Scalar op;
    T a;
    T b;
    T y;
  };
  using enum Scalar;
  constexpr T inf = infinity<T>;
  const Edge edges[] = {
      {add, inf, -inf, nan<T>},
      {sub, T{1}, T{3}, T{-2}},
      {mul, T{0}, inf, nan<T>},
      {Scalar::div, T{1}, T{0}, inf},
      {Scalar::div, T{0}, T{0}, nan<T>},
      {Scalar::pow, T{2}, T{10}, T{1024}},
      {Scalar::pow, T{-2}, T{3}, T{-8}},
      {Scalar::pow, T{-2}, T{0.5}, nan<T>},
      {Scalar::pow, T{0}, T{-1}, inf},
      {Scalar::pow, T{0}, T{0}, T{1}},
      {minimum, T{1}, T{2}, T{1}},
      {minimum, T{2}, T{1}, T{1}},
      {minimum, -inf, T{1}, -inf},
      {minimum, nan<T>, T{1}, nan<T>},
      {minimum, T{1}, nan<T>, nan<T>},
      {maximum, T{1}, T{2}, T{2}},
      {maximum, T{2}, T{1}, T{2}},
      {maximum, inf, T{1}, inf},
      {maximum, nan<T>, T{1}, nan<T>},
      {maximum, T{1}, nan<T>, nan<T>},
      {equal, T{1}, T{1}, T{1}},
      {equal, T{0}, T{-0.0}, T{1}},
      {equal, nan<T>, nan<T>, T{0}},
      {not_equal, T{1}, T{1}, T{0}},
      {not_equal, nan<T>, nan<T>, T{1}},
      {less, T{1}, T{2}, T{1}},
      {less, T{2}, T{2}, T{0}},
      {less, nan<T>, T{2}, T{0}},
      {less_equal, T{2}, T{2}, T{1}},
      {less_equal, T{2}, nan<T>, T{0}},
      {greater, T{2}, T{1}, T{1}},
      {greater, T{2}, T{2}, T{0}},
      {greater, T{2}, nan<T>, T{0}},
      {greater_equal, T{2}, T{2}, T{1}},
      {greater_equal, nan<T>, T{2}, T{0}},
      {logical_and, T{0.5}, nan<T>, T{1}},
      {logical_and, T{0.5}, T{-0.0}, T{0}},
      {logical_or, T{0}, T{-0.0}, T{0}},
      {logical_or, T{0}, tiniest<T>, T{1}},
  };
  for_each_instruction_set([&] {
    for (const Edge& e : edges) {
      CAPTURE(static_cast<int>(e.op));
      CAPTURE(static_cast<double>(e.a));
      CAPTURE(static_cast<double>(e.b));
      const T y = run_one(e.op, e.a, e.b);
      CAPTURE(static_cast<double>(y));
      CHECK(same(y, e.y));
    }
    CHECK(run_one(select, T{2}, T{5}, nan<T>) == 5);
    CHECK(run_one(select, T{0}, nan<T>, T{6}) == 6);
    CHECK(run_one(select, T{-0.0}, T{5}, T{6}) == 6);
    CHECK(run_one(select, nan<T>, T{5}, T{6}) == 5);
  });
}

TEST_CASE_TEMPLATE("integers wrap around and divide towards zero", T, std::int32_t, std::int64_t) {
  constexpr T least = std::numeric_limits<T>::min();
  constexpr T most = std::numeric_limits<T>::max();
  using enum Scalar;
  CHECK(run_one(add, most, T{1}) == least);
  CHECK(run_one(sub, least, T{1}) == most);
  CHECK(run_one(mul, most, T{2}) == -2);
  CHECK(run_one(square, most) == 1);
  CHECK(run_one(neg, least) == least);
  CHECK(run_one(Scalar::abs, least) == least);
  CHECK(run_one(Scalar::abs, T{-7}) == 7);
  CHECK(run_one(sign, least) == -1);
  CHECK(run_one(relu, T{-7}) == 0);
  CHECK(run_one(logical_not, T{0}) == 1);
  CHECK(run_one(Scalar::div, T{-7}, T{2}) == -3);
  CHECK(run_one(Scalar::div, least, T{-1}) == least);
  CHECK(run_one(minimum, least, most) == least);
  CHECK(run_one(maximum, least, most) == most);
  CHECK(run_one(less, least, most) == 1);
  CHECK(run_one(select, T{-1}, T{5}, T{6}) == 5);
  CHECK_THROWS_WITH_AS(run<T>(Scalar::div, {1, 2}, {1, 0}), "div: integer division by zero",
                       ValueError);
}

TEST_CASE("only what a dtype can do has a loop") {
  for (std::size_t i = 0; i < elementwise_scalar_count; ++i) {
    const auto op = static_cast<Scalar>(i);
    CHECK(static_cast<bool>(loop(op, DType::f32)));
    CHECK(static_cast<bool>(loop(op, DType::f64)));
    CHECK_FALSE(static_cast<bool>(loop(op, DType::boolean)));
  }
  for (const DType dtype : {DType::i32, DType::i64}) {
    CHECK_FALSE(static_cast<bool>(loop(Scalar::exp, dtype)));
    CHECK_FALSE(static_cast<bool>(loop(Scalar::pow, dtype)));
    CHECK(static_cast<bool>(loop(Scalar::less, dtype)));
  }
}

/// Operands of exactly n elements, so that a sanitizer sees a read beyond them.
template <class T>
std::vector<T> operand(RandomStream& random, std::size_t n) {
  std::vector<T> x(n);
  // No zero: integers are divided by some of these.
  for (T& number : x)
    number = static_cast<T>(1 + random.below(9)) * (random.below(2) == 0 ? 1 : -1);
  return x;
}

template <class T>
void check_every_length(Scalar op) {
  const Loop found = loop(op, dtype_of<T>());
  RandomStream random{static_cast<std::uint64_t>(op)};
  for (std::size_t n = 0; n <= 70; ++n) {
    const std::vector<T> a = operand<T>(random, n);
    const std::vector<T> b = operand<T>(random, n);
    const std::vector<T> c = operand<T>(random, n);
    std::vector<T> expected;
    for (std::size_t i = 0; i < n; ++i) expected.push_back(run_one(op, a[i], b[i], c[i]));
    const auto equal = [&](const T* out) {
      return n == 0 || std::memcmp(out, expected.data(), n * sizeof(T)) == 0;
    };

    constexpr T canary = 77;
    std::vector<T> out(n + 20, canary);
    found(a.data(), b.data(), c.data(), out.data() + 10, n);
    CAPTURE(n);
    CHECK(equal(out.data() + 10));
    CHECK(std::count(out.begin(), out.begin() + 10, canary) == 10);
    CHECK(std::count(out.end() - 10, out.end(), canary) == 10);

    std::vector<T> in_a = a;
    found(in_a.data(), b.data(), c.data(), in_a.data(), n);
    CHECK(equal(in_a.data()));
    std::vector<T> in_b = b;
    found(a.data(), in_b.data(), c.data(), in_b.data(), n);
    if (operands(op) > 1) CHECK(equal(in_b.data()));
    std::vector<T> in_c = c;
    found(a.data(), b.data(), in_c.data(), in_c.data(), n);
    if (operands(op) > 2) CHECK(equal(in_c.data()));
  }
}

TEST_CASE_TEMPLATE("an element's result depends neither on its place nor on its neighbours", T,
                   float, double, std::int32_t, std::int64_t) {
  for_each_instruction_set([] {
    for (std::size_t i = 0; i < elementwise_scalar_count; ++i) {
      CAPTURE(i);
      const auto op = static_cast<Scalar>(i);
      if (loop(op, dtype_of<T>())) check_every_length<T>(op);
    }
  });
}

TEST_CASE("large angles leave their neighbours' sines as they are") {
  for_each_instruction_set([] {
    const std::vector<float> y =
        run<float>(Scalar::sin, std::vector<float>{1, 1e30f, 2, nan<float>, 3, 4, 5, 6, 7});
    CHECK(y[0] == run_one(Scalar::sin, 1.0f));
    CHECK(y[1] == static_cast<float>(std::sin(double{1e30f})));
    CHECK(y[2] == run_one(Scalar::sin, 2.0f));
    CHECK(std::isnan(y[3]));
    CHECK(y[8] == run_one(Scalar::sin, 7.0f));
  });
}

}  // namespace
}  // namespace chronograd::detail
