#include "chronograd/ops/cast.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("cast converts between all dtypes") {
  const Tensor x = row({0., 1.75, -2.75});
  CHECK(same_values(cast(x, DType::f32), row({0.f, 1.75f, -2.75f})));
  CHECK(same_values(cast(x, DType::i32), row({0, 1, -2})));
  CHECK(same_values(cast(x, DType::i64), row<std::int64_t>({0, 1, -2})));
  CHECK(same_values(cast(x, DType::boolean), row({false, true, true})));
  CHECK(same_values(cast(row({false, true}), DType::f64), row({0., 1.})));
  CHECK(same_values(cast(row({false, true}), DType::i64), row<std::int64_t>({0, 1})));
  CHECK(same_values(cast(row({-3, 0}), DType::f32), row({-3.f, 0.f})));
  CHECK(same_values(cast(row({-3, 0}), DType::boolean), row({true, false})));
}

TEST_CASE("cast to f32 rounds, and overflows to inf") {
  CHECK(same_values(cast(row({0.1, 1e300, -1e300, nan<double>}), DType::f32),
                    row({0.1f, inf<float>, -inf<float>, nan<float>})));
}

TEST_CASE("cast to integers takes the nearest there is, and 0 for NaN") {
  CHECK(same_values(cast(row({1e10f, -inf<float>, nan<float>}), DType::i32),
                    row({std::numeric_limits<std::int32_t>::max(),
                         std::numeric_limits<std::int32_t>::min(), 0})));
  CHECK(same_values(
      cast(row({1e300, -1e300}), DType::i64),
      row({std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})));
}

TEST_CASE("NaN is true") {
  CHECK(same_values(cast(row({nan<float>}), DType::boolean), row({true})));
}

TEST_CASE("cast to the dtype a tensor has shares its memory") {
  const Tensor x = row({1.f, 2.f});
  CHECK(cast(x, DType::f32).values<float>().data() == x.values<float>().data());
}

TEST_CASE("cast reads a tensor that is a view") {
  const Tensor x = Tensor::copy_of({1, 2, 3, 4, 5, 6}, {2, 3});
  const Tape tape;
  CHECK(same_values(cast(transpose(x), DType::f64),
                    Tensor::copy_of({1., 4., 2., 5., 3., 6.}, {3, 2})));
}

TEST_CASE("no gradient flows through integers") {
  const Tensor x = row({1.5, 2.5});
  const Tape tape;
  const Tensor y = sum(cast(cast(x, DType::i32), DType::f64) * x);
  CHECK(same_values(gradient(y, x), row({1., 2.})));
}

TEST_CASE("the gradient of cast has the dtype of x") {
  const Tensor x = row({1.5f, 2.5f});
  const Tape tape;
  CHECK(same_values(gradient(sum(square(cast(x, DType::f64))), x), row({3.f, 5.f})));
}

TEST_CASE("cast of nothing is nothing") {
  const Tensor y = cast(zeros({3, 0}), DType::i64);
  CHECK(y.shape() == Shape{3, 0});
  CHECK(y.values<std::int64_t>().empty());
}

TEST_CASE("cast refuses what is no tensor any more") {
  CHECK_THROWS_WITH_AS(cast(Tensor{}, DType::f64), Contains("an empty handle"), ValueError);
  Tensor late;
  {
    const Tape tape;
    late = cast(row({1.f, 2.f}), DType::f64);
  }
  CHECK_THROWS_WITH_AS(cast(late, DType::f32),
                       Contains(doctest::Contains("that was not computed before its tape")),
                       TapeError);
  const Tape outer;
  const Tensor pending = cast(row({1.f, 2.f}), DType::f64);
  const Tape inner;
  CHECK_THROWS_WITH_AS(cast(pending, DType::f32),
                       Contains("cast: a tensor [2] that is still pending on the outer tape"),
                       TapeError);
}

GRADIENT_CASE("cast", Smooth::yes, [](Draw& draw) -> Trial {
  return {{draw.tensor(draw.shape())}, [](auto x) { return square(cast(x[0], DType::f64)); }};
});

}  // namespace
}  // namespace chronograd
