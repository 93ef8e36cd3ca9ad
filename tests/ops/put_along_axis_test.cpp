#include "chronograd/ops/put_along_axis.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sort.h"
#include "chronograd/ops/take_along_axis.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("put_along_axis puts values where the indices say, add_along_axis adds them") {
  const Tensor x = zeros({2, 3});
  const Tensor at = Tensor::copy_of<std::int64_t>({2, 0, 1, 1}, {2, 2});
  const Tensor values = Tensor::copy_of<float>({1, 2, 3, 4}, {2, 2});
  CHECK(same_values(put_along_axis(x, at, values),
                    Tensor::copy_of<float>({2, 0, 1, 0, 4, 0}, {2, 3})));
  CHECK(same_values(add_along_axis(x, at, values, 1),
                    Tensor::copy_of<float>({2, 0, 1, 0, 7, 0}, {2, 3})));
  const Tensor down = Tensor::copy_of<std::int64_t>({1, 0, 1}, {1, 3});
  CHECK(same_values(put_along_axis(x, down, Tensor::copy_of<float>({5, 6, 7}, {1, 3}), -2),
                    Tensor::copy_of<float>({0, 6, 0, 5, 0, 7}, {2, 3})));
}

TEST_CASE("putting sorted values back where they came from undoes the sort, in every dtype") {
  Draw draw{3};
  for (const DType dtype : all_dtypes) {
    for (int n = 0; n < 10; ++n) {
      const Tensor x = cast(draw.tensor(draw.shape(1), -9, 9), dtype).detach();
      const int axis = static_cast<int>(draw.between(-x.rank(), x.rank() - 1));
      const Sorted sorted = sort(x, axis);
      const Tensor back =
          put_along_axis(zeros(x.shape(), dtype), sorted.indices, sorted.values, axis);
      CAPTURE(to_string(x.shape()));
      REQUIRE(same_values(back, x));
      REQUIRE(same_values(take_along_axis(back, sorted.indices, axis), sorted.values));
    }
  }
}

TEST_CASE("putting nothing changes nothing") {
  const Tensor x = counted({2, 3});
  CHECK(same_values(put_along_axis(x, zeros({2, 0}, DType::i64), zeros({2, 0})), x));
  CHECK(add_along_axis(zeros({0, 3}), zeros({0, 2}, DType::i32), zeros({0, 2})).shape() ==
        Shape{0, 3});
}

TEST_CASE("put_along_axis refuses indices out of range, other shapes and axes") {
  const Tensor x = counted({2, 3});
  const auto at = [](std::int64_t a, std::int64_t b) { return Tensor::copy_of({a, b}, {2, 1}); };
  CHECK_THROWS_WITH_AS(put_along_axis(x, at(0, 3), zeros({2, 1})),
                       Contains("put_along_axis: index 3 at [1, 0]; axis 1 of [2, 3] has size 3, "
                                "0 to 2 ("),
                       IndexError);
  const Tape tape;
  const Tensor y = add_along_axis(x, at(0, 2) + 1, zeros({2, 1}));
  CHECK_THROWS_WITH_AS(evaluate(y), Contains("index 3 at [1, 0]; axis 1 of [2, 3]"), IndexError);
  CHECK_THROWS_WITH_AS(put_along_axis(x, at(0, 1), zeros({2, 2})),
                       Contains("put_along_axis: values [2, 2] for indices [2, 1]; the shapes must "
                                "be equal (tests/ops/put_along_axis_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      put_along_axis(x, at(0, 1), zeros({2, 1}), 0),
      Contains("put_along_axis: indices [2, 1] into [2, 3] along axis 0; all other"), ShapeError);
  CHECK_THROWS_WITH_AS(put_along_axis(x, at(0, 1), zeros({2, 1}), 2),
                       Contains("put_along_axis: axis 2 of [2, 3]"), ShapeError);
  CHECK_THROWS_WITH_AS(put_along_axis(x, at(0, 1), zeros({2, 1}, DType::f64)),
                       Contains("put_along_axis: rows of f64 into f32"), DTypeError);
}

GRADIENT_CASE("put_along_axis", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape x = draw.shape(1, 3, 1);
  const int axis = static_cast<int>(draw.between(-x.rank(), x.rank() - 1));
  const Shape named = x.with(axis, draw.between(0, 3));
  const Tensor indices = draw.indices(named, x[axis]);
  const bool adds = draw.coin();
  return {{draw.tensor(x), draw.tensor(named)}, [=](auto xs) {
            return adds ? add_along_axis(xs[0] * xs[0], indices, xs[1] * xs[1], axis)
                        : put_along_axis(xs[0] * xs[0], indices, xs[1] * xs[1], axis);
          }};
});

}  // namespace
}  // namespace chronograd
