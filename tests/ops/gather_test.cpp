#include "chronograd/ops/gather.h"

#include <doctest/doctest.h>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("gather takes rows in the order of the indices, in every dtype") {
  for (const DType dtype : all_dtypes) {
    const Tensor y = gather(counted({5, 3}, dtype), row({4, 0, 4}));
    CHECK(y.dtype() == dtype);
    CHECK(differs(y, {3, 3}, [&](const Index& i) {
            return count_at({5, 3}, {i[0] == 1 ? 0 : 4, i[1]}, dtype);
          }) == "");
  }
}

TEST_CASE("gather takes indices of any shape, of i32 and i64, into tables of any rank") {
  const std::int64_t rows[] = {3, 1, 0, 0, 2, 3};
  const Tensor indices = Tensor::copy_of(std::span<const std::int64_t>(rows), {2, 3});
  const auto row_at = [&](const Index& i) { return rows[i[0] * 3 + i[1]]; };
  CHECK(differs(gather(counted({4, 2, 5}), indices), {2, 3, 2, 5}, [&](const Index& i) {
          return count_at({4, 2, 5}, {row_at(i), i[2], i[3]});
        }) == "");
  CHECK(differs(gather(counted({4}), cast(indices, DType::i32)), {2, 3}, row_at) == "");
  CHECK(gather(counted({4, 2}), Tensor::scalar(3, DType::i64)).shape() == Shape{2});
  CHECK(gather(counted({4}), Tensor::scalar(3, DType::i32)).item() == 3);
}

TEST_CASE("gather reads tables and indices that are views") {
  const Tensor x = counted({3, 4});
  const Tensor indices = Tensor::copy_of({0, 2, 1, 1, 0, 3}, {2, 3});
  const Tape tape;
  CHECK(differs(gather(transpose(x), slice(indices, 1, 1, 3)), {2, 2, 3}, [](const Index& i) {
          const std::int64_t column[] = {2, 1, 0, 3};
          return i[2] * 4 + column[i[0] * 2 + i[1]];
        }) == "");
  CHECK(differs(gather(slice(x, 1, 1, 3), row({2, 0})), {2, 2},
                [](const Index& i) { return (i[0] == 0 ? 8 : 0) + i[1] + 1; }) == "");
}

TEST_CASE("gather by no indices, and of empty rows, is empty") {
  CHECK(gather(counted({3, 2}), counted({0, 4}, DType::i64)).shape() == Shape{0, 4, 2});
  CHECK(gather(counted({0, 2}), counted({0}, DType::i64)).values<float>().empty());
  CHECK(gather(counted({3, 0}), row({2, 2})).shape() == Shape{2, 0});
}

TEST_CASE("the gradient adds up where a row was taken more than once") {
  const Tensor table = counted({4, 2}, DType::f64);
  const Tape tape;
  const Tensor y = sum(gather(table, row({2, 0, 2}))) + sum(gather(table, row({3, 0})) * 10);
  CHECK(same_values(gradient(y, table),
                    Tensor::copy_of({11., 11., 0., 0., 2., 2., 10., 10.}, {4, 2})));
}

TEST_CASE("gather refuses a known index out of range when it is recorded") {
  const Tensor table = counted({5, 2});
  const Tensor indices = Tensor::copy_of({0, 1, 4, 0, 0, 0, 1, 7}, {4, 2});
  const Tape tape;
  CHECK_THROWS_WITH_AS(gather(table, indices),
                       Contains("gather: index 7 at [3, 1]; the table has 5 rows, 0 to 4 "
                                "(tests/ops/gather_test.cpp:"),
                       IndexError);
  CHECK_THROWS_WITH_AS(gather(table, row({0, -1})), Contains("gather: index -1 at [1]; "),
                       IndexError);
  CHECK_THROWS_WITH_AS(gather(table, Tensor::scalar(5, DType::i64)), Contains("gather: index 5; "),
                       IndexError);
  CHECK_THROWS_WITH_AS(gather(counted({0, 2}), row({0})),
                       Contains("gather: index 0 at [0]; the table has 0 rows"), IndexError);
}

TEST_CASE("gather refuses a computed index out of range when it is computed, naming its line") {
  const Tensor table = counted({5, 2}, DType::f64);
  const Tape tape;
  const Tensor y = gather(table, row({1, 2}) + row({3, 3}));
  CHECK_THROWS_WITH_AS(y.values<double>(),
                       Contains("gather: index 5 at [1]; the table has 5 rows, 0 to 4 "
                                "(tests/ops/gather_test.cpp:"),
                       IndexError);
}

TEST_CASE("a gradient by a computed index out of range throws though nobody asked for the rows") {
  const Tensor table = counted({5, 2}, DType::f64);
  const Tape tape;
  const Tensor dy = gradient(sum(gather(table, row({1, 2}) + row({3, 300}))), table);
  CHECK_THROWS_WITH_AS(dy.values<double>(), Contains("index 302 at [1]; the sum has 5 rows"),
                       IndexError);
}

TEST_CASE("gather refuses indices of other dtypes and tables without rows") {
  CHECK_THROWS_WITH_AS(gather(counted({5, 2}), row({1.f})),
                       Contains("gather: indices of f32; they must be i32 or i64"), DTypeError);
  CHECK_THROWS_WITH_AS(gather(counted({5, 2}), row({true})), Contains("gather: indices of bool; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(gather(Tensor::scalar(1), row({0})),
                       Contains("gather: a table of shape []; it must have an axis of rows"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(gather(counted({1, 1, 1, 1, 1}), counted({1, 1, 1, 1, 1}, DType::i64)),
                       Contains("at most 8 axes are supported"), ShapeError);
}

GRADIENT_CASE("gather", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape table = draw.shape(1, 3, 1);
  const Tensor first = draw.indices(draw.shape(0, 2), table[0]);
  const Tensor second = draw.indices(first.shape(), table[0]);
  return {{draw.tensor(table)},
          [=](auto x) { return square(gather(square(x[0]), first)) * gather(x[0], second); }};
});

}  // namespace
}  // namespace chronograd
