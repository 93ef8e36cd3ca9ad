#include "chronograd/ops/all_any.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <span>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("all and any tell of bools along any axes") {
  const bool values[] = {true, false, true, true, true, true};
  const Tensor x = Tensor::copy_of(std::span<const bool>(values), {2, 3});
  CHECK(same_values(all(x, 1), row({false, true})));
  CHECK(same_values(any(x, 0), row({true, true, true})));
  CHECK(same_values(all(x, 0), row({true, false, true})));
  CHECK(all(x, 0, true).shape() == Shape{1, 3});
  CHECK(all(x, {1, 0}).item() == 0);
  CHECK(same_values(any(x, {-1, 0}, true), Tensor::copy_of({true}, {1, 1})));
  CHECK(all(x).item() == 0);
  CHECK(any(x).item() == 1);
}

TEST_CASE("of nothing all are true and none is") {
  const Tensor nothing = zeros({2, 0}, DType::boolean);
  CHECK(same_values(all(nothing, 1), row({true, true})));
  CHECK(same_values(any(nothing, 1), row({false, false})));
}

TEST_CASE("all and any refuse numbers and axes that are not there") {
  CHECK_THROWS_WITH_AS(all(row({1.f})),
                       Contains("all: a tensor of f32; it must be bool; compare it with something"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(any(row({1})), Contains("any: a tensor of i32; it must be bool"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(any(row({true}), 1), Contains("any: axis 1 of [1]"), ShapeError);
}

TEST_CASE("all and any look at what is repeated once, however often") {
  const Tensor x = Tensor::copy_of({true, false}, {1, 2, 1});
  const auto of_repeated = [&](auto reduce) {
    const Tape tape;
    const Tensor y = reduce(expand(x, {1 << 20, 2, 1 << 20}));
    return y.detach();
  };
  const int axes[] = {0, 2};
  CHECK(same_values(of_repeated([&](auto y) { return all(y, axes); }), row({true, false})));
  CHECK(same_values(of_repeated([&](auto y) { return any(y, axes); }), row({true, false})));
  CHECK(of_repeated([](auto y) { return any(y); }).item() == 1);
  CHECK(of_repeated([](auto y) { return all(y); }).item() == 0);
}

NO_GRADIENT_CASE("all", "its result is bool");
NO_GRADIENT_CASE("any", "its result is bool");

}  // namespace
}  // namespace chronograd
