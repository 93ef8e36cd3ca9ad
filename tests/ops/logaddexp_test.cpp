#include "chronograd/ops/logaddexp.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("logaddexp adds probabilities given as logarithms", T, float, double) {
  const T half = std::log(T{0.5}), quarter = std::log(T{0.25});
  CHECK(logaddexp(row<T>({quarter}), row<T>({quarter})).item() == doctest::Approx(half));
  CHECK(logaddexp(row<T>({1000}), row<T>({0})).item() == 1000);
  CHECK(logaddexp(row<T>({-1000}), row<T>({-1000})).item() ==
        doctest::Approx(-1000 + std::log(2.)));
  CHECK(logaddexp(row<T>({1}), row<T>({static_cast<T>(-1e30)})).item() == 1);
  const T x[] = {inf<T>, -inf<T>, nan<T>};
  const Tensor odd =
      logaddexp(row<T>({x[0], x[0], x[1], x[1], 1}), row<T>({x[0], x[1], x[1], 3, x[2]}));
  CHECK(same_values(odd, row<T>({x[0], x[0], x[1], 3, x[2]})));
  CHECK(logaddexp(zeros({0, 1}), zeros({1, 2})).shape() == Shape{0, 2});
}

TEST_CASE("the gradient is shared as the probabilities are, evenly between equal ones") {
  const Tape tape;
  const double never = -inf<double>;
  const Tensor a = row<double>({0, never, never, std::log(3.)}), b = row<double>({0, never, 1, 0});
  const Tensor da = gradient(sum(logaddexp(a, b)), a).detach();
  const double expected[] = {0.5, 0.5, 0, 0.75};
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(da.values<double>()[k] == doctest::Approx(expected[k]));
  }
}

TEST_CASE("logaddexp refuses integers, mixed dtypes and shapes that do not fit") {
  CHECK_THROWS_WITH_AS(logaddexp(row({1}), row({1})), Contains("logaddexp: "), DTypeError);
  CHECK_THROWS_WITH_AS(logaddexp(zeros({2}), zeros({2}, DType::f64)),
                       Contains("logaddexp: f32 with f64"), DTypeError);
  CHECK_THROWS_WITH_AS(logaddexp(zeros({2}), zeros({3})), Contains("logaddexp: "), ShapeError);
}

GRADIENT_CASE("logaddexp", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.tensor(shape), draw.tensor(draw.stretchable_to(shape))},
          [](auto x) { return logaddexp(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
