#include "chronograd/ops/scatter_add.h"

#include <doctest/doctest.h>

#include <limits>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("scatter_add adds rows where the indices say, again for each that comes again") {
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    const Tensor sum = full({3, 2}, 100, dtype);
    const Tensor y = scatter_add(sum, row({2, 0, 2}), counted({3, 2}, dtype));
    CHECK(differs(y, {3, 2}, [](const Index& i) {
            return 100 + (i[0] == 0 ? 2 + i[1] : i[0] == 2 ? 4 + 2 * i[1] : 0);
          }) == "");
    CHECK(differs(sum, {3, 2}, [](const Index&) { return 100; }) == "");
  }
}

TEST_CASE("scatter_add counts") {
  const Tensor votes = Tensor::copy_of<std::int64_t>({1, 3, 1, 0, 1, 3}, {2, 3});
  CHECK(same_values(scatter_add(zeros({4}, DType::i32), votes, ones({2, 3}, DType::i32)),
                    row({1, 3, 0, 2})));
}

TEST_CASE("scatter_add of integers wraps around") {
  const int most = std::numeric_limits<std::int32_t>::max();
  CHECK(same_values(scatter_add(row({most}), row({0}), row({1})),
                    row({std::numeric_limits<std::int32_t>::min()})));
}

TEST_CASE("scatter_add reads views, and leaves a held sum as it is") {
  const Tensor x = counted({3, 4});
  const Tape tape;
  const Tensor sum = x + x;
  const Tensor y = scatter_add(transpose(sum), row({3}), slice(transpose(x), 0, 1, 2));
  CHECK(differs(y, {4, 3}, [](const Index& i) {
          return 2 * (i[1] * 4 + i[0]) + (i[0] == 3 ? i[1] * 4 + 1 : 0);
        }) == "");
  const Tensor z = scatter_add(sum, row({1}), slice(x, 0, 0, 1));
  CHECK(differs(z, {3, 4}, [](const Index& i) {
          return 2 * (i[0] * 4 + i[1]) + (i[0] == 1 ? i[1] : 0);
        }) == "");
  CHECK(same_values(sum, x + x));
}

TEST_CASE("a chain of additions into an unheld sum adds all of them") {
  const Tape tape;
  Tensor sum = zeros({2, 2}, DType::f64) + 1;
  for (int k = 0; k < 10; ++k) {
    sum = scatter_add(sum, row({k % 2}), full({1, 2}, k, DType::f64));
  }
  CHECK(same_values(sum, Tensor::copy_of({21., 21., 26., 26.}, {2, 2})));
}

TEST_CASE("scatter_add of no rows, or of empty ones, changes nothing") {
  const Tensor x = counted({3, 2});
  CHECK(same_values(scatter_add(x, counted({0}, DType::i64), zeros({0, 2})), x));
  CHECK(scatter_add(counted({3, 0}), row({2, 2}), zeros({2, 0})).shape() == Shape{3, 0});
  CHECK(scatter_add(counted({0, 2}), counted({0}, DType::i32), zeros({0, 2})).size() == 0);
}

TEST_CASE("scatter_add refuses indices out of range, when recorded or when computed") {
  CHECK_THROWS_WITH_AS(scatter_add(counted({3, 2}), row({0, 3}), zeros({2, 2})),
                       Contains("scatter_add: index 3 at [1]; the sum has 3 rows, 0 to 2 "
                                "(tests/ops/scatter_add_test.cpp:"),
                       IndexError);
  const Tensor sum = counted({3, 2});
  const Tape tape;
  const Tensor y = scatter_add(sum, row({-5}) + row({4}), zeros({1, 2}));
  CHECK_THROWS_WITH_AS(y.values<float>(), Contains("scatter_add: index -1 at [0]; "), IndexError);
}

TEST_CASE("scatter_add refuses rows that do not fit, other dtypes and sums without rows") {
  const Tensor sum = counted({3, 2});
  CHECK_THROWS_WITH_AS(scatter_add(sum, row({0, 1}), zeros({2, 3})),
                       Contains("scatter_add: rows [2, 3] for indices [2] onto [3, 2]; the rows "
                                "need the indices' shape and then that of a row"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(scatter_add(sum, row({0, 1}), zeros({2})), Contains("rows [2] for"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(scatter_add(sum, row({0}), zeros({1, 2}, DType::f64)),
                       Contains("scatter_add: rows of f64 onto f32; both must be of one number"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(scatter_add(row({true}), row({0}), row({true})),
                       Contains("scatter_add: rows of bool onto bool; "), DTypeError);
  CHECK_THROWS_WITH_AS(scatter_add(sum, row({0.f}), zeros({1, 2})),
                       Contains("scatter_add: indices of f32; "), DTypeError);
  CHECK_THROWS_WITH_AS(scatter_add(Tensor::scalar(1), row({0}), zeros({1})),
                       Contains("scatter_add: a sum of shape []; it must have an axis of rows"),
                       ShapeError);
}

GRADIENT_CASE("scatter_add", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape sum = draw.shape(1, 3, 1);
  const Tensor indices = draw.indices(draw.shape(0, 1), sum[0]);
  std::vector<std::int64_t> rows(indices.shape().begin(), indices.shape().end());
  rows.insert(rows.end(), sum.begin() + 1, sum.end());
  return {{draw.tensor(sum), draw.tensor(Shape{std::span<const std::int64_t>(rows)})},
          [=](auto x) { return square(scatter_add(square(x[0]), indices, square(x[1]))); }};
});

}  // namespace
}  // namespace chronograd
