#include "chronograd/ops/pow.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("pow agrees with the standard library", T, float, double) {
  const Tensor a = spread<T>(0.1, 9);
  const Tensor b = spread<T>(-3, 3);
  const auto exact = [](long double p, long double q) { return std::pow(p, q); };
  CHECK(ulps<T>(pow(a, b), exact, a, b) <= 2);
}

TEST_CASE("pow broadcasts, and numbers take the other's dtype") {
  const Tensor column = Tensor::copy_of({2.f, 3.f}, {2, 1});
  CHECK(same_values(pow(column, row({1.f, 2.f})), Tensor::copy_of({2.f, 4.f, 3.f, 9.f}, {2, 2})));
  CHECK(same_values(pow(row({3., -2.}), 3), row({27., -8.})));
  CHECK(same_values(pow(2, row({-1., 10.})), row({0.5, 1024.})));
}

TEST_CASE_TEMPLATE("pow is 1 for an exponent of 0, NaN for roots of negatives", T, float, double) {
  CHECK(same_values(pow(row<T>({0, nan<T>, -8, 0, inf<T>, nan<T>, 1}),
                        row<T>({0, 0, T(1) / 3, -1, 2, 1, nan<T>})),
                    row<T>({1, 1, nan<T>, inf<T>, inf<T>, nan<T>, 1})));
}

TEST_CASE("the gradient of pow is finite where its formula says 0 * inf") {
  const Tensor a = row({0., 0., 0., -2.});
  const Tensor b = row({0., 1., 2., 3.});
  const Tape tape;
  const Tensor xs[] = {a, b};
  const std::vector<Tensor> dx = gradient(sum(pow(a, b)), xs);
  CHECK(same_values(dx[0], row({0., 1., 0., 12.})));
  CHECK(same_values(dx[1], row({0., 0., 0., nan<double>})));
}

TEST_CASE("further derivatives of pow are finite there, by the base and by the exponent") {
  const Tensor a = row({0., 0., 0., 0., 2.});
  const Tensor b = row({0., 1., 2., 3., 3.});
  const Tape tape;
  const Tensor xs[] = {a, b};
  const std::vector<Tensor> dx = gradient(sum(pow(a, b)), xs);
  CHECK(same_values(gradient(sum(dx[0]), a), row({0., 0., 2., 0., 12.})));
  const Tensor twice_by_b = gradient(sum(dx[1]), b);
  const double log_2 = std::log(2.);
  for (std::size_t k = 0; k < 4; ++k) CHECK(twice_by_b.values<double>()[k] == 0);
  CHECK(twice_by_b.values<double>()[4] == doctest::Approx(8 * log_2 * log_2));
  for (int exponent = 0; exponent <= 4; ++exponent) {
    CAPTURE(exponent);
    const Tensor x = row({0., -1.5});
    Tensor y = pow(x, exponent);
    double factor = 1;
    for (int order = 1; order <= 4; ++order) {
      factor *= exponent - order + 1;
      y = gradient(sum(y), x);
      CHECK(y.values<double>()[0] == (order == exponent ? factor : 0));
      const double at = factor == 0 ? 0 : factor * std::pow(-1.5, exponent - order);
      CHECK(y.values<double>()[1] == doctest::Approx(at));
    }
  }
}

TEST_CASE("the derivative of pow by both at an exponent of 0 is 1 over the base") {
  const Tensor a = row({4.});
  const Tensor b = row({0.});
  const Tape tape;
  CHECK(gradient(gradient(pow(a, b), a), b).item() == 0.25);
  CHECK(gradient(pow(row({inf<double>}), b), b).item() == inf<double>);
  const Tensor minus = row({-2.});
  CHECK(gradient(pow(row({inf<double>}), minus), minus).item() == 0);
}

TEST_CASE("the gradient of 0 to a negative exponent is -inf, however small the exponent is") {
  const Tensor a = row<double>({0, 0});
  const Tensor b = row<double>({-1e-310, -2});
  const Tape tape;
  const Tensor db = gradient(sum(pow(a, b)), b);
  for (const double v : db.values<double>()) CHECK(v == -inf<double>);
}

TEST_CASE("pow of nothing is nothing") {
  CHECK(pow(zeros({3, 0}), zeros({3, 1})).shape() == Shape{3, 0});
  CHECK(pow(zeros({0}), 2).values<float>().empty());
}

TEST_CASE("pow refuses integers, unequal dtypes and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(
      pow(row({1}), row({2})),
      Contains(
          "pow: a tensor of i32; it must be f32 or f64; cast it first (tests/ops/pow_test.cpp:"),
      DTypeError);
  CHECK_THROWS_WITH_AS(pow(row({1.f}), row({1.})),
                       Contains("pow: f32 with f64; the dtypes must be equal; cast one of them "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(
      pow(zeros({2, 3}), zeros({4, 3})),
      Contains("pow: [2, 3] with [4, 3]; sizes of aligned axes must be equal or 1 "), ShapeError);
}

GRADIENT_CASE("pow", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.tensor(shape, 0.3, 2), draw.tensor(draw.stretchable_to(shape))},
          [](auto x) { return pow(x[0], x[1]); }};
});

GRADIENT_CASE("pow", Smooth::yes, [](Draw& draw) -> Trial {
  const auto exponent = draw.between(-2, 3);
  return {{draw.away_from_zero(draw.shape(), 0.3)},
          [exponent](auto x) { return pow(x[0], exponent); }};
});

}  // namespace
}  // namespace chronograd
