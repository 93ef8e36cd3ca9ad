#include "chronograd/ops/sequence_mask.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("sequence_mask is true for the steps that are real", T, std::int32_t,
                   std::int64_t) {
  const Tensor mask = sequence_mask(Tensor::copy_of<T>({2, 0, 3}, {3}), 3);
  CHECK(same_values(mask, Tensor::copy_of({true, false, true,  //
                                           true, false, true,  //
                                           false, false, true},
                                          {3, 3})));
  CHECK(sequence_mask(Tensor::copy_of<T>({0, 0}, {2}), 0).shape() == Shape{0, 2});
}

TEST_CASE("sequence_mask refuses lengths that no sequence has, when they are recorded") {
  const auto mask = [](std::initializer_list<std::int64_t> lengths) {
    sequence_mask(Tensor::copy_of(lengths, {static_cast<std::int64_t>(lengths.size())}), 3);
  };
  const auto message = Contains(
      "sequence_mask: length 4 at [1]; the sequences have 3 steps, so that it must be from 0 to 3 "
      "(tests/ops/sequence_mask_test.cpp:");
  CHECK_THROWS_WITH_AS(mask({3, 4}), message, IndexError);
  const Tape tape;
  CHECK_THROWS_WITH_AS(mask({3, 4}), message, IndexError);
  CHECK_THROWS_WITH_AS(mask({-1}), Contains("sequence_mask: length -1 at [0]; "), IndexError);
}

TEST_CASE("sequence_mask refuses lengths that are not known yet when they are computed") {
  const Tape tape;
  const Tensor mask = sequence_mask(Tensor::copy_of<std::int64_t>({3, 2}, {2}) + 1, 3);
  CHECK_THROWS_WITH_AS(evaluate(mask), Contains("sequence_mask: length 4 at [0]; "), IndexError);
}

TEST_CASE("sequence_mask refuses floating lengths, other shapes and empty handles") {
  CHECK_THROWS_WITH_AS(sequence_mask(row<float>({1}), 3),
                       Contains("sequence_mask: lengths of f32; they must be i32 or i64"),
                       DTypeError);
  CHECK_THROWS_AS(sequence_mask(row({true}), 3), DTypeError);
  CHECK_THROWS_WITH_AS(sequence_mask(counted({1, 2}, DType::i64), 3),
                       Contains("sequence_mask: lengths [1, 2]; they must be [batch]"), ShapeError);
  CHECK_THROWS_WITH_AS(sequence_mask(row({0}), -1),
                       Contains("sequence_mask: a time of -1; it must be at least 0"), ShapeError);
  CHECK_THROWS_WITH_AS(sequence_mask(Tensor{}, 3), Contains("an empty handle"), ValueError);
}

NO_GRADIENT_CASE("sequence_mask", "its result is bool");

}  // namespace
}  // namespace chronograd
