#include "chronograd/ops/pick.h"

#include <doctest/doctest.h>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/mul.h"
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

TEST_CASE("pick takes one number of each row, in every dtype") {
  for (const DType dtype : all_dtypes) {
    const std::int64_t columns[] = {2, 0, 3, 3};
    const Tensor y =
        pick(counted({4, 5}, dtype), Tensor::copy_of(std::span<const std::int64_t>(columns), {4}));
    CHECK(y.dtype() == dtype);
    CHECK(differs(y, {4}, [&](const Index& i) {
            return count_at({4, 5}, {i[0], columns[i[0]]}, dtype);
          }) == "");
  }
}

TEST_CASE("pick takes rows of any rank, and indices of i32 and i64") {
  const int numbers[] = {1, 0, 3, 2, 2, 1};
  const Tensor indices = Tensor::copy_of(std::span<const int>(numbers), {2, 3});
  CHECK(differs(pick(counted({2, 3, 4}), indices), {2, 3}, [&](const Index& i) {
          return (i[0] * 3 + i[1]) * 4 + numbers[i[0] * 3 + i[1]];
        }) == "");
  CHECK(pick(counted({5}), Tensor::scalar(3, DType::i64)).item() == 3);
}

TEST_CASE("pick reads views") {
  const Tensor x = counted({3, 4});
  const Tensor indices = Tensor::copy_of({9, 0, 9, 2, 9, 1, 9, 1}, {4, 2});
  const Tape tape;
  CHECK(differs(pick(transpose(x), at(indices, 1, 1)), {4}, [](const Index& i) {
          const std::int64_t taken[] = {0, 2, 1, 1};
          return taken[i[0]] * 4 + i[0];
        }) == "");
}

TEST_CASE("pick of no rows is empty") {
  CHECK(pick(counted({0, 3}), counted({0}, DType::i64)).shape() == Shape{0});
  CHECK(pick(counted({2, 0, 0}), counted({2, 0}, DType::i64)).values<float>().empty());
}

TEST_CASE("the gradient of pick is dy at the picked numbers and adds up") {
  const Tensor x = counted({2, 3}, DType::f64);
  const Tape tape;
  const Tensor y = sum(pick(x, row({2, 0})) * row({5., 7.})) + sum(pick(x, row({2, 1})));
  CHECK(same_values(gradient(y, x), Tensor::copy_of({0., 0., 6., 7., 1., 0.}, {2, 3})));
}

TEST_CASE("pick refuses a known index out of range when it is recorded") {
  const Tensor x = counted({2, 3});
  const Tape tape;
  CHECK_THROWS_WITH_AS(pick(x, row({2, 3})),
                       Contains("pick: index 3 at [1]; a row of [2, 3] has 3 numbers, 0 to 2 "
                                "(tests/ops/pick_test.cpp:"),
                       IndexError);
  CHECK_THROWS_WITH_AS(pick(x, row({-1, 0})), Contains("pick: index -1 at [0]; "), IndexError);
  CHECK_THROWS_WITH_AS(pick(counted({0}), Tensor::scalar(0, DType::i32)),
                       Contains("pick: index 0; a row of [0] has 0 numbers"), IndexError);
}

TEST_CASE("pick refuses a computed index out of range when it is computed") {
  const Tensor x = counted({2, 3}, DType::f64);
  const Tape tape;
  const Tensor y = pick(x, row({0, 1}) + row({0, 2}));
  CHECK_THROWS_WITH_AS(y.values<double>(), Contains("pick: index 3 at [1]; "), IndexError);
}

TEST_CASE("pick's gradient by an index out of range throws though nobody asked for the number") {
  const Tensor x = counted({2, 3}, DType::f64);
  const Tape tape;
  const Tensor dx = gradient(sum(pick(x, row({0, 1}) + row({0, 200}))), x);
  CHECK_THROWS_WITH_AS(dx.values<double>(), Contains("add_picked: index 201 at [1]; "), IndexError);
}

TEST_CASE("pick refuses indices of other shapes and dtypes") {
  CHECK_THROWS_WITH_AS(pick(counted({2, 3}), row({0})),
                       Contains("pick: indices [1] into [2, 3]; they need the shape of x without "
                                "its last axis"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(pick(Tensor::scalar(1), row({0})), Contains("pick: indices [1] into []; "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(pick(counted({2, 3}), row({0., 1.})),
                       Contains("pick: indices of f64; they must be i32 or i64"), DTypeError);
}

GRADIENT_CASE("pick", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 4, 1);
  const Tensor first = draw.indices(shape.without(-1), shape[-1]);
  const Tensor second = draw.indices(shape.without(-1), shape[-1]);
  return {{draw.tensor(shape)},
          [=](auto x) { return square(pick(square(x[0]), first)) * pick(x[0], second); }};
});

}  // namespace
}  // namespace chronograd
