#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chronograd/autodiff/check_gradient.h"
#include "chronograd/graph/random.h"
#include "chronograd/graph/tensor.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/transpose.h"

/// Every differentiable op registers how to draw random trials of it. The trials are run against
/// finite differences, in f32 against f64, through views, and with broken gradient rules.
namespace chronograd::test {

/// Draws what a trial needs. Sizes are small: finite differences cost two runs a number.
class Draw {
 public:
  explicit Draw(std::uint64_t key) : random(key) {}

  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(bound)));
  }
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
  bool coin() { return below(2) == 0; }

  /// Of rank 0 to 4 and sizes 0 to 7, sizes of 0 being rare.
  Shape shape(int min_rank = 0, int max_rank = 4, std::int64_t min_size = 0) {
    for (;;) {
      std::vector<std::int64_t> sizes(static_cast<std::size_t>(between(min_rank, max_rank)));
      for (auto& n : sizes)
        n = below(12) == 0 ? min_size : between(std::max<std::int64_t>(1, min_size), 7);
      const Shape s{std::span<const std::int64_t>(sizes)};
      if (s.size() <= 96) return s;
    }
  }

  /// A shape that broadcasts to `shape`: some leading axes dropped, some sizes 1.
  Shape stretchable_to(Shape shape) {
    const auto all = shape.sizes();
    const auto drop = static_cast<std::size_t>(below(shape.rank() + 1));
    std::vector<std::int64_t> sizes(all.begin() + static_cast<std::ptrdiff_t>(coin() ? 0 : drop),
                                    all.end());
    for (auto& n : sizes) {
      if (below(3) == 0) n = 1;
    }
    return Shape{std::span<const std::int64_t>(sizes)};
  }

  /// f64 numbers, uniform in [low, high).
  Tensor tensor(Shape shape, double low = -2, double high = 2) {
    std::vector<double> values(static_cast<std::size_t>(shape.size()));
    for (double& v : values) v = low + (high - low) * random.uniform();
    return Tensor::adopt(std::move(values), shape);
  }

  /// f64 numbers in [-high, high) at least `gap` away from 0, for ops with a kink there.
  Tensor away_from_zero(Shape shape, double gap = 0.05, double high = 2) {
    std::vector<double> values(static_cast<std::size_t>(shape.size()));
    for (double& v : values) v = (coin() ? 1 : -1) * (gap + (high - gap) * random.uniform());
    return Tensor::adopt(std::move(values), shape);
  }

  /// f64 numbers that differ pairwise by at least 0.01, for ops that compare them.
  Tensor distinct(Shape shape) {
    std::vector<double> values(static_cast<std::size_t>(shape.size()));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.02 * static_cast<double>(i) - 0.5;
    for (std::size_t i = values.size(); i > 1; --i) {
      std::swap(values[i - 1], values[random.below(i)]);
    }
    return Tensor::adopt(std::move(values), shape);
  }

  /// i64 indices in [0, bound).
  Tensor indices(Shape shape, std::int64_t bound) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(shape.size()));
    for (auto& v : values) v = below(bound);
    return Tensor::adopt(std::move(values), shape);
  }

  Tensor booleans(Shape shape) {
    const auto flags = std::make_unique<bool[]>(static_cast<std::size_t>(shape.size()));
    for (std::int64_t i = 0; i < shape.size(); ++i) flags[static_cast<std::size_t>(i)] = coin();
    return Tensor::copy_of(
        std::span<const bool>(flags.get(), static_cast<std::size_t>(shape.size())), shape);
  }

  RandomStream random;
};

using Function = std::function<Tensor(std::span<const Tensor>)>;

/// Inputs (those of f64 are differentiated) and what to do with them.
struct Trial {
  std::vector<Tensor> inputs;
  Function f;
};

enum class Smooth { no, yes };  ///< yes: the second derivative is checked too

struct GradientCase {
  std::string op;
  Smooth smooth;
  std::function<Trial(Draw&)> draw;
};

inline std::vector<GradientCase>& gradient_cases() {
  static std::vector<GradientCase> cases;
  return cases;
}

inline std::size_t add_gradient_case(std::string op, Smooth smooth,
                                     std::function<Trial(Draw&)> draw) {
  gradient_cases().push_back({std::move(op), smooth, std::move(draw)});
  return gradient_cases().size() - 1;
}

inline Trial trial(const GradientCase& c, std::uint64_t number) {
  Draw draw{0x5EED + number};
  return c.draw(draw);
}

/// The same computation where every input is a view: the middle of a longer tensor with the last
/// two axes swapped in memory.
inline Trial through_views(const Trial& trial) {
  Trial viewed = trial;
  std::vector<std::int64_t> lengths;
  for (Tensor& x : viewed.inputs) {
    lengths.push_back(x.rank() == 0 || x.dtype() != DType::f64 ? -1 : x.shape()[0]);
    if (lengths.back() < 0) continue;
    const auto old = x.values<double>();
    const std::int64_t row = x.shape().without(0).size();
    std::vector<double> longer(static_cast<std::size_t>(row), 0.5);
    longer.insert(longer.end(), old.begin(), old.end());
    longer.resize(longer.size() + static_cast<std::size_t>(row), 0.5);
    x = Tensor::adopt(std::move(longer), x.shape().with(0, lengths.back() + 2));
    if (x.rank() >= 2) x = transpose(x).detach();
  }
  viewed.f = [f = trial.f, lengths](std::span<const Tensor> xs) {
    std::vector<Tensor> views(xs.begin(), xs.end());
    for (std::size_t k = 0; k < views.size(); ++k) {
      if (lengths[k] < 0) continue;
      if (views[k].rank() >= 2) views[k] = transpose(views[k]);
      views[k] = slice(views[k], 0, 1, 1 + lengths[k]);
    }
    return f(views);
  };
  return viewed;
}

/// Whether f32 gives the numbers of f64 but for rounding; else what differs.
inline std::optional<std::string> f32_differs(const Trial& trial) {
  std::vector<Tensor> narrow;
  std::vector<Tensor> wide;
  for (const Tensor& x : trial.inputs) {
    narrow.push_back(x.dtype() == DType::f64 ? cast(x, DType::f32) : x);
    wide.push_back(x.dtype() == DType::f64 ? cast(narrow.back(), DType::f64) : x);
  }
  const Tensor y = cast(trial.f(narrow), DType::f64);
  const Tensor expected = trial.f(wide);
  if (y.shape() != expected.shape()) return "f32 has another shape";
  const auto a = y.values<double>();
  const auto b = expected.values<double>();
  double scale = 1;
  for (const double v : b) scale = std::max(scale, std::abs(v));
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(std::abs(a[i] - b[i]) <= 2e-6 * scale)) {
      return "f32 gives " + std::to_string(a[i]) + ", f64 " + std::to_string(b[i]);
    }
  }
  return std::nullopt;
}

inline constexpr std::uint64_t trials_per_case = 24;

inline void run_gradient_case(std::size_t index) {
  const GradientCase& c = gradient_cases()[index];
  for (std::uint64_t n = 0; n < trials_per_case; ++n) {
    CAPTURE(n);
    const Trial t = trial(c, n);
    const GradientCheck first = check_gradient(t.f, t.inputs);
    CHECK_MESSAGE(first.passed, first.message);
    if (n % 4 == 0) {
      const Trial viewed = through_views(t);
      const GradientCheck views = check_gradient(viewed.f, viewed.inputs);
      CHECK_MESSAGE(views.passed, "through views: ", views.message);
    }
    if (c.smooth == Smooth::yes && n % 3 == 0) {
      const GradientCheck second =
          check_gradient(t.f, t.inputs, {.relative = 1e-5, .absolute = 1e-7, .order = 2});
      CHECK_MESSAGE(second.passed, "second order: ", second.message);
    }
    const auto difference = f32_differs(t);
    CHECK_MESSAGE(!difference.has_value(), difference.value_or(""));
  }
}

}  // namespace chronograd::test

#define CHRONOGRAD_GRADIENT_CASE(id, op_name, smooth, ...)                                 \
  static const std::size_t id =                                                            \
      chronograd::test::add_gradient_case(op_name, chronograd::test::smooth, __VA_ARGS__); \
  DOCTEST_TEST_CASE("the gradient of " op_name " matches finite differences") {            \
    chronograd::test::run_gradient_case(id);                                               \
  }

/// GRADIENT_CASE("sigmoid", Smooth::yes, [](Draw& draw) -> Trial {
///   return {{draw.tensor(draw.shape())}, [](auto x) { return sigmoid(x[0]); }};
/// });
#define GRADIENT_CASE(op_name, smooth, ...) \
  CHRONOGRAD_GRADIENT_CASE(DOCTEST_ANONYMOUS(gradient_case_), op_name, smooth, __VA_ARGS__)

/// Says that an op has no gradient, and why there is none to test.
#define NO_GRADIENT_CASE(op_name, reason) \
  static_assert(sizeof(op_name) > 1 && sizeof(reason) > 1, "an op and a reason")
