#include "chronograd/ops/argmax.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "chronograd/graph/buffer.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/full.h"
#include "tests/ops/counted.h"
#include "tests/ops/reductions.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

NO_GRADIENT_CASE("argmax", "a position does not move with the numbers");

double plain(const std::vector<double>& x) {
  return static_cast<double>(std::max_element(x.begin(), x.end()) - x.begin());
}

TEST_CASE("argmax tells where the largest is") {
  const Tensor x = Tensor::copy_of<float>({3, -1, 4, 1, 5, -9}, {2, 3});
  CHECK(same_values(argmax(x), Tensor::copy_of<std::int64_t>({2, 1}, {2})));
  CHECK(same_values(argmax(x, 0), Tensor::copy_of<std::int64_t>({0, 1, 0}, {3})));
  CHECK(same_values(argmax(x, 1, true), Tensor::copy_of<std::int64_t>({2, 1}, {2, 1})));
}

TEST_CASE("random positions in any layout agree with the plain way, in every dtype") {
  Draw draw{1};
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    for (int n = 0; n < 200; ++n) {
      const Shape shape = draw.shape(1, 4, 1);
      const int axis = static_cast<int>(draw.below(2 * shape.rank())) - shape.rank();
      const bool keep = draw.coin();
      const Tape tape;
      const Tensor x = laid_out(draw, shape, dtype, -9, 9);
      const Tensor y = argmax(x, axis, keep).detach();
      REQUIRE(y.dtype() == DType::i64);
      REQUIRE(difference(y, reduced(x.detach(), std::vector<int>{axis}, keep, plain), 0) == "");
    }
  }
}

TEST_CASE("the first of equals is found, in long rows too") {
  std::vector<float> numbers(1000, 1);
  numbers[700] = numbers[800] = 2;
  CHECK(argmax(Tensor::copy_of(numbers, {1000})).item_as_integer() == 700);
  CHECK(argmax(counted({5})).item_as_integer() == 4);
  CHECK(argmax(Tensor::copy_of<std::int32_t>({7, 7, 7}, {3})).item_as_integer() == 0);
}

TEST_CASE("the first NaN counts as the largest") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(argmax(Tensor::copy_of<double>({1, inf, nan, 2, nan}, {5})).item_as_integer() == 2);
  CHECK(argmax(Tensor::copy_of<double>({-inf, -inf}, {2})).item_as_integer() == 0);
}

TEST_CASE("argmin tells where the smallest is, the first of equals, and the first NaN") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(same_values(argmin(Tensor::copy_of<float>({3, 1, 1, 2, 0, 5}, {2, 3})),
                    Tensor::copy_of<std::int64_t>({1, 1}, {2})));
  CHECK(same_values(argmin(Tensor::copy_of<int>({3, 7, 4, 0}, {2, 2}), 0, true),
                    Tensor::copy_of<std::int64_t>({0, 1}, {1, 2})));
  CHECK(argmin(Tensor::copy_of<float>({3, nan, -1, nan}, {4})).item() == 1);
}

TEST_CASE("argmax refuses an empty axis, bool and axes that are not there") {
  CHECK(argmax(counted({0, 2}), 1).shape() == Shape{0});
  CHECK_THROWS_WITH_AS(argmax(counted({2, 0})),
                       Contains("argmax: [2, 0] along an axis of size 0; there must be at least "
                                "one element to choose from (tests/ops/argmax_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(argmax(counted({2}, DType::boolean)),
                       Contains("argmax: a tensor of bool; it must be a number type; cast it "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(argmax(counted({2, 3}), 2),
                       Contains("argmax: axis 2 of [2, 3]; it has 2 axes ("), ShapeError);
  CHECK_THROWS_WITH_AS(argmax(counted({})), Contains("argmax: axis -1 of []; it has "), ShapeError);
}

TEST_CASE("argmax looks at what is repeated once") {
  const Tensor row = Tensor::copy_of<float>({3, 7, 7, 1}, {4});
  const Tensor column = Tensor::copy_of<float>({2, 5, 5}, {3, 1});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tape tape{Tape::forward_only};
  const auto at = [](std::vector<std::int64_t> positions) {
    const Shape shape{static_cast<std::int64_t>(positions.size())};
    return Tensor::copy_of(positions, shape);
  };
  CHECK(same_values(argmax(expand(row, {3, 4}), 1), at({1, 1, 1})));
  CHECK(same_values(argmin(expand(row, {3, 4}), 1), at({3, 3, 3})));
  CHECK(same_values(argmax(expand(row, {3, 4}), 0), at({0, 0, 0, 0})));
  CHECK(same_values(argmax(expand(column, {3, 4}), 0), at({1, 1, 1, 1})));
  CHECK(same_values(argmax(expand(column, {3, 4}), 1), at({0, 0, 0})));
  CHECK(same_values(argmax(expand(column + nan, {3, 4}), 1), at({0, 0, 0})));
  CHECK(same_values(argmax(expand(row, {2, 3, 4}), 0, true), full({1, 3, 4}, 0, DType::i64)));
}

TEST_CASE("argmax of an expanded tensor does not copy it") {
  for (const bool planned : {true, false}) {
    CAPTURE(planned);
    const Planning planning{planned};
    const Tensor row = full({1, 4096}, 0.5);
    trim_memory();
    const Tape tape{Tape::forward_only};
    evaluate(argmax(expand(row, {1024, 4096}), 1));
    const auto [used, idle] = memory_in_use();
    CHECK(used + idle < std::size_t{4} << 20);
  }
}

}  // namespace
}  // namespace chronograd
