#include "chronograd/ops/accuracy.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("accuracy is the share of labels that are the largest", T, float, double) {
  const Tensor logits = Tensor::copy_of<T>({1, 2, 5, 0, 0, 1, 3, 2}, {4, 2});
  const Tensor labels = row<std::int64_t>({1, 0, 0, 1});
  CHECK(accuracy(logits, labels).item() == 0.5);
  CHECK(accuracy(logits, labels, row({true, false, true, false})).item() == 0.5);
  CHECK(accuracy(logits, labels, row({true, true, false, false})).item() == 1);
  CHECK(accuracy(logits, row<std::int32_t>({1, 0, 1, 0})).item() == 1);
  CHECK(accuracy(zeros({0, 2}), zeros({0}, DType::i64)).item() == 0);
}

TEST_CASE("accuracy refuses what does not fit") {
  CHECK_THROWS_WITH_AS(accuracy(zeros({2, 3}), zeros({3}, DType::i64)),
                       Contains("accuracy: logits [2, 3], labels [3] and a mask [3]; the last two "
                                "need the shape of the logits without the classes"),
                       ShapeError);
  CHECK_THROWS_AS(accuracy(zeros({2, 3}), zeros({2}, DType::i64), zeros({3}, DType::boolean)),
                  ShapeError);
  CHECK_THROWS_AS(accuracy(zeros({2, 3}), zeros({2}, DType::i64), zeros({2})), DTypeError);
}

NO_GRADIENT_CASE("accuracy", "it counts");

}  // namespace
}  // namespace chronograd
