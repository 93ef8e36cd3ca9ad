#include "chronograd/ops/hypot.h"

#include <doctest/doctest.h>

#include <cmath>

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

TEST_CASE_TEMPLATE("hypot agrees with the C library", T, float, double) {
  const Tensor a = spread<T>(-5, 5);
  const Tensor b = spread<T>(3, -400);
  CHECK(ulps<T>(
            hypot(a, b), [](long double x, long double y) { return std::hypot(x, y); }, a, b) <= 2);
}

TEST_CASE_TEMPLATE("no square overflows or vanishes within hypot", T, float, double) {
  const T huge = std::numeric_limits<T>::max() / 8;
  const T tiny = std::numeric_limits<T>::min() * 8;
  CHECK(hypot(row<T>({3 * huge}), row<T>({4 * huge})).item() == doctest::Approx(5. * huge));
  CHECK(hypot(row<T>({3 * tiny}), row<T>({4 * tiny})).item() / tiny == doctest::Approx(5));
  CHECK(same_values(hypot(row<T>({0, 0, inf<T>, -inf<T>, -7}), row<T>({0, -2, 1, inf<T>, 0})),
                    row<T>({0, 2, inf<T>, inf<T>, 7})));
  CHECK(std::isnan(hypot(row<T>({nan<T>}), row<T>({inf<T>})).item()));
  CHECK(std::isnan(hypot(row<T>({inf<T>}), row<T>({nan<T>})).item()));
}

TEST_CASE_TEMPLATE("the gradient of hypot is right at every size, and 0 at 0", T, float, double) {
  const T huge = std::numeric_limits<T>::max() / 8;
  const Tensor a = row<T>({0, 3, 3 * huge, -2});
  const Tensor b = row<T>({0, 4, 4 * huge, 0});
  const Tape tape;
  const Tensor dx = gradient(sum(hypot(a, b)), a);
  CHECK(dx.template values<T>()[0] == 0);
  CHECK(dx.template values<T>()[1] == doctest::Approx(0.6));
  CHECK(dx.template values<T>()[2] == doctest::Approx(0.6));
  CHECK(dx.template values<T>()[3] == -1);
}

TEST_CASE("hypot refuses integers, bool and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(hypot(row({1}), row({1})), Contains("hypot: "), DTypeError);
  CHECK_THROWS_AS(hypot(row({true}), row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(hypot(zeros({2}), zeros({3})), Contains("hypot: [2] with [3]; "),
                       ShapeError);
}

GRADIENT_CASE("hypot", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.away_from_zero(shape), draw.tensor(draw.stretchable_to(shape))},
          [](auto x) { return hypot(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
