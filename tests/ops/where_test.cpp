#include "chronograd/ops/where.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("where takes a where the condition is true, else b", T, float, double,
                   std::int32_t, std::int64_t) {
  const Tensor c = row({true, false, true});
  CHECK(same_values(where(c, row<T>({1, 2, 3}), row<T>({4, 5, 6})), row<T>({1, 5, 3})));
}

TEST_CASE("where takes bool as well, and 64-bit integers exactly") {
  CHECK(same_values(where(row({true, false}), row({true, true}), row({false, false})),
                    row({true, false})));
  const std::int64_t large = (1LL << 60) + 1;
  CHECK(same_values(where(row({true, false}), row({large, large}), row({large + 1, large + 1})),
                    row({large, large + 1})));
}

TEST_CASE("where broadcasts all three, and numbers take the other's dtype") {
  const Tensor c = Tensor::copy_of({true, false}, {2, 1});
  CHECK(same_values(where(c, row({1., 2.}), 0), Tensor::copy_of({1., 2., 0., 0.}, {2, 2})));
  CHECK(same_values(where(row({true, false}), 7, row<std::int64_t>({1, 2})),
                    row<std::int64_t>({7, 2})));
  CHECK(same_values(where(row({true, false}), 1, -1), row({1.f, -1.f})));
}

TEST_CASE("where keeps NaN and inf out of the branch that is not taken") {
  CHECK(same_values(where(row({true, false}), row({1.f, nan<float>}), row({inf<float>, 2.f})),
                    row({1.f, 2.f})));
}

TEST_CASE("the gradient of where is exactly 0 in the branch not taken, whatever comes from above") {
  const Tensor c = row({true, false, true});
  const Tensor a = row({1., 2., 3.});
  const Tensor b = row({4., 5., 6.});
  const Tensor xs[] = {a, b};
  const Tape tape;
  const std::vector<Tensor> dx =
      vjp(where(c, a, b), xs, row({inf<double>, nan<double>, -inf<double>}));
  CHECK(same_values(dx[0], row({inf<double>, 0., -inf<double>})));
  CHECK(same_values(dx[1], row({0., nan<double>, 0.})));
}

TEST_CASE("where of nothing is nothing") {
  CHECK(where(zeros({3, 0}, DType::boolean), 1, zeros({3, 1})).shape() == Shape{3, 0});
}

TEST_CASE("where refuses other conditions, unequal dtypes and shapes that do not broadcast") {
  CHECK_THROWS_WITH_AS(where(row({1.f}), 1, 2),
                       Contains("where: a condition of f32; it must be bool; compare it with "
                                "something first (tests/ops/where_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(
      where(row({true}), row({1.f}), row({1})),
      Contains("where: f32 with i32; the dtypes must be equal; cast one of them (tests/ops/"),
      DTypeError);
  CHECK_THROWS_WITH_AS(where(zeros({2}, DType::boolean), zeros({3}), 0),
                       Contains("where: [2] with [3]; sizes of aligned axes must be equal or 1 "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(where(row({true}), row({1}), 0.5), Contains("where: the number 0.5"),
                       DTypeError);
}

GRADIENT_CASE("where", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.booleans(draw.stretchable_to(shape)), draw.tensor(shape),
           draw.tensor(draw.stretchable_to(shape))},
          [](auto x) { return where(x[0], x[1], x[2]); }};
});

GRADIENT_CASE("where", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  return {{draw.booleans(shape), draw.tensor(draw.stretchable_to(shape))},
          [](auto x) { return where(x[0], 0.5, x[1]) * where(x[0], x[1], 2); }};
});

}  // namespace
}  // namespace chronograd
