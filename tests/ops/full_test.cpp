#include "chronograd/ops/full.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "tests/ops/counted.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("zeros, ones and full repeat one number in every dtype") {
  for (const DType dtype : all_dtypes) {
    CHECK(zeros({2, 3}, dtype).dtype() == dtype);
    CHECK(differs(zeros({2, 3}, dtype), {2, 3}, [](const Index&) { return 0; }) == "");
    CHECK(differs(ones({3}, dtype), {3}, [](const Index&) { return 1; }) == "");
    CHECK(differs(full({2, 1}, 1, dtype), {2, 1}, [](const Index&) { return 1; }) == "");
  }
  CHECK(differs(full({4}, -7, DType::i32), {4}, [](const Index&) { return -7; }) == "");
  CHECK(full({2}, 0.1, DType::f64).values<double>()[1] == 0.1);
  CHECK(std::isnan(full({2}, std::numeric_limits<double>::quiet_NaN()).values<float>()[1]));
}

TEST_CASE("full fills scalars and nothing") {
  CHECK(full({}, 2.5).item() == 2.5);
  CHECK(ones({0, 3}).values<float>().empty());
}

TEST_CASE("full on a tape says where it was called") {
  const Tape tape;
  CHECK(describe(zeros({2})).find("expand f32 [2] (tests/ops/full_test.cpp:") == 0);
  CHECK(describe(ones({2})).find("expand f32 [2] (tests/ops/full_test.cpp:") == 0);
  CHECK(describe(full({2}, 3)).find("expand f32 [2] (tests/ops/full_test.cpp:") == 0);
}

TEST_CASE("arange counts from 0") {
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    CHECK(arange(5, dtype).dtype() == dtype);
    CHECK(differs(arange(5, dtype), {5}, [](const Index& i) { return i[0]; }) == "");
    CHECK(arange(0, dtype).shape() == Shape{0});
  }
}

TEST_CASE("full and arange refuse what no tensor can hold") {
  CHECK_THROWS_WITH_AS(full({2}, 0.5, DType::i32), Contains("the number 0.5"), DTypeError);
  CHECK_THROWS_WITH_AS(full({2}, 3e9, DType::i32), Contains("must be an integer of that type"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(zeros({2, -1}), Contains("[2, -1]; sizes must not be negative"), ShapeError);
  CHECK_THROWS_WITH_AS(arange(-1), Contains("[-1]; sizes must not be negative"), ShapeError);
  CHECK_THROWS_WITH_AS(arange(3, DType::boolean),
                       Contains("arange: a tensor of bool; it must be a number type"), DTypeError);
}

NO_GRADIENT_CASE("full", "it has no inputs");

}  // namespace
}  // namespace chronograd
