#include "chronograd/ops/scatter.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("scatter puts rows where the indices say, the last of those that say the same") {
  for (const DType dtype : all_dtypes) {
    const Tensor x = zeros({3, 2}, dtype);
    const Tensor y = scatter(x, row({2, 0, 2}), counted({3, 2}, dtype));
    CHECK(differs(y, {3, 2}, [&](const Index& i) {
            const std::int64_t from[] = {1, -1, 2};
            const std::int64_t k = from[i[0]];
            return k < 0 ? 0 : count_at({3, 2}, {k, i[1]}, dtype);
          }) == "");
    CHECK(same_values(x, zeros({3, 2}, dtype)));
  }
}

TEST_CASE("scatter takes indices of any shape, reads views, and leaves a held x as it is") {
  const Tensor places = Tensor::copy_of<std::int64_t>({3, 1}, {1, 2});
  const Tensor x = counted({3, 4});
  const Tape tape;
  const Tensor held = x + x;
  const Tensor y =
      scatter(transpose(held), places, reshape(slice(transpose(x), 0, 0, 2), {1, 2, 3}));
  CHECK(differs(y, {4, 3}, [](const Index& i) {
          return i[0] == 3 ? i[1] * 4 : i[0] == 1 ? i[1] * 4 + 1 : 2 * (i[1] * 4 + i[0]);
        }) == "");
  CHECK(same_values(held, x + x));
}

TEST_CASE("a row that a later one replaced gets no gradient") {
  const Tape tape;
  const Tensor x = counted({3}, DType::f64), rows = counted({3}, DType::f64);
  const Tensor y = sum(scatter(x, row({1, 2, 1}), rows) * row<double>({1, 10, 100}));
  CHECK(same_values(gradient(y, rows), row<double>({0, 100, 10})));
  CHECK(same_values(gradient(y, x), row<double>({1, 0, 0})));
}

TEST_CASE("scatter of no rows, or of empty ones, changes nothing") {
  const Tensor x = counted({3, 2});
  CHECK(same_values(scatter(x, counted({0}, DType::i64), zeros({0, 2})), x));
  CHECK(scatter(counted({3, 0}), row({2, 2}), zeros({2, 0})).shape() == Shape{3, 0});
  CHECK(scatter(counted({0, 2}), counted({0}, DType::i32), zeros({0, 2})).size() == 0);
}

TEST_CASE("scatter refuses indices out of range, when recorded or when computed") {
  CHECK_THROWS_WITH_AS(scatter(counted({3, 2}), row({0, 3}), zeros({2, 2})),
                       Contains("scatter: index 3 at [1]; x has 3 rows, 0 to 2 "
                                "(tests/ops/scatter_test.cpp:"),
                       IndexError);
  const Tensor x = counted({3, 2});
  const Tape tape;
  const Tensor y = scatter(x, row({0, -2}) + 1, zeros({2, 2}));
  CHECK_THROWS_WITH_AS(y.values<float>(), Contains("scatter: index -1 at [1]; x has 3 rows"),
                       IndexError);
}

TEST_CASE("scatter refuses shapes and dtypes that do not fit") {
  CHECK_THROWS_WITH_AS(scatter(counted({3, 2}), row({0}), zeros({1, 3})),
                       Contains("scatter: rows [1, 3] for indices [1] into [3, 2]; the rows need"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(scatter(Tensor::scalar(1), row({0}), zeros({1})),
                       Contains("scatter: an x of shape []"), ShapeError);
  CHECK_THROWS_WITH_AS(scatter(counted({3}), row({0}), zeros({1}, DType::f64)),
                       Contains("scatter: rows of f64 into f32; both must be of one dtype"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(scatter(counted({3}), row({0.f}), zeros({1})),
                       Contains("scatter: indices of f32; they must be i32 or i64"), DTypeError);
}

GRADIENT_CASE("scatter", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape x = draw.shape(1, 3, 1);
  const Tensor indices = draw.indices(draw.shape(0, 2), x[0]);
  Shape rows = indices.shape();
  for (int axis = 1; axis < x.rank(); ++axis) rows = rows.inserted(rows.rank(), x[axis]);
  return {{draw.tensor(x), draw.tensor(rows)},
          [=](auto xs) { return scatter(xs[0] * xs[0], indices, xs[1] * xs[1]); }};
});

}  // namespace
}  // namespace chronograd
