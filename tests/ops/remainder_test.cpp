#include "chronograd/ops/remainder.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("floor_divide rounds down and remainder has the divisor's sign, in every dtype") {
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    const auto as = [&](std::initializer_list<int> numbers) { return cast(row(numbers), dtype); };
    const Tensor a = as({7, -7, 7, -7, 6, -6, 0}), b = as({3, 3, -3, -3, 3, 3, 3});
    CHECK(same_values(floor_divide(a, b), as({2, -3, -3, 2, 2, -2, 0})));
    CHECK(same_values(remainder(a, b), as({1, 2, -2, -1, 0, 0, 0})));
  }
  CHECK(remainder(Tensor::scalar(5.5), 2).item() == 1.5);
  CHECK(remainder(zeros({0, 2}), 3).shape() == Shape{0, 2});
  CHECK(same_values(remainder(row<float>({nan<float>, 1}), 0.f), row({nan<float>, nan<float>})));
}

TEST_CASE("the remainder moves with a and against b by whole quotients") {
  const Tape tape;
  const Tensor a = row<double>({7, -7}), b = row<double>({2, 2});
  CHECK(same_values(gradient(sum(remainder(a, b)), a), row<double>({1, 1})));
  CHECK(same_values(gradient(sum(remainder(a, b)), b), row<double>({-3, 4})));
}

TEST_CASE("remainder refuses bool, mixed dtypes and integers by zero") {
  CHECK_THROWS_WITH_AS(remainder(row({1}), row({0})).item(), Contains("division by zero"),
                       ValueError);
  CHECK_THROWS_WITH_AS(floor_divide(row({true}), row({true})), Contains("floor_divide: "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(remainder(row({1}), row({1.f})), Contains("remainder: i32 with f32"),
                       DTypeError);
}

GRADIENT_CASE("remainder", Smooth::no, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  std::vector<double> numbers(static_cast<std::size_t>(shape.size()));
  for (double& number : numbers) {  // away from multiples of 1.5, where it jumps
    number = 1.5 * static_cast<double>(draw.between(-3, 3)) + 0.2 +
             static_cast<double>(draw.below(10)) / 10;
  }
  return {{Tensor::adopt(std::move(numbers), shape), full(shape, 1.5, DType::f64).detach()},
          [](auto x) { return remainder(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
