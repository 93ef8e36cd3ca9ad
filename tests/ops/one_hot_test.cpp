#include "chronograd/ops/one_hot.h"

#include <doctest/doctest.h>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("one_hot has a one at each index and zeros elsewhere, in every dtype") {
  const Tensor indices = Tensor::copy_of<std::int64_t>({0, 3, 1, 1, 2, 0}, {2, 3});
  for (const DType dtype : all_dtypes) {
    const Tensor y = one_hot(indices, 4, dtype);
    CHECK(y.dtype() == dtype);
    CHECK(differs(y, {2, 3, 4}, [&](const Index& i) {
            return indices.values<std::int64_t>()[static_cast<std::size_t>(i[0] * 3 + i[1])] ==
                   i[2];
          }) == "");
  }
  CHECK(same_values(one_hot(Tensor::scalar(1, DType::i32), 3), row({0.f, 1.f, 0.f})));
}

TEST_CASE("one_hot reads views") {
  const Tensor x = Tensor::copy_of({0, 1, 2, 1}, {2, 2});
  const Tape tape;
  CHECK(same_values(one_hot(transpose(x), 3, DType::i32),
                    Tensor::copy_of({1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0}, {2, 2, 3})));
}

TEST_CASE("one_hot of no indices is empty") {
  CHECK(one_hot(counted({0}, DType::i32), 3).shape() == Shape{0, 3});
  CHECK(one_hot(counted({2, 0}, DType::i64), 0).values<float>().empty());
}

TEST_CASE("one_hot refuses indices out of range, when recorded or when computed") {
  CHECK_THROWS_WITH_AS(one_hot(row({0, 3}), 3),
                       Contains("one_hot: index 3 at [1]; a row has 3 numbers, 0 to 2 "
                                "(tests/ops/one_hot_test.cpp:"),
                       IndexError);
  CHECK_THROWS_WITH_AS(one_hot(row({0}), 0), Contains("index 0 at [0]; a row has 0 numbers"),
                       IndexError);
  const Tape tape;
  const Tensor y = one_hot(row({1}) + row({-2}), 3);
  CHECK_THROWS_WITH_AS(y.values<float>(), Contains("one_hot: index -1 at [0]; "), IndexError);
}

TEST_CASE("one_hot refuses other dtypes and negative sizes") {
  CHECK_THROWS_WITH_AS(one_hot(row({1.f}), 3),
                       Contains("one_hot: indices of f32; they must be i32 or i64"), DTypeError);
  CHECK_THROWS_WITH_AS(one_hot(row({1}), -3),
                       Contains("one_hot: rows of -3; sizes must not be negative"), ShapeError);
  CHECK_THROWS_WITH_AS(one_hot(counted({1, 1, 1, 1, 1, 1, 1, 1}, DType::i32), 2),
                       Contains("at most 8 axes are supported"), ShapeError);
}

NO_GRADIENT_CASE("one_hot", "indices carry none");

}  // namespace
}  // namespace chronograd
