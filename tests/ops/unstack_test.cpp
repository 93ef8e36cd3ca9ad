#include "chronograd/ops/unstack.h"

#include <doctest/doctest.h>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("unstack gives what is at each position of any axis, in every dtype") {
  const Shape shape{3, 2, 4};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (int axis = -3; axis < 3; ++axis) {
      CAPTURE(axis);
      const std::vector<Tensor> parts = unstack(x, axis);
      REQUIRE(static_cast<std::int64_t>(parts.size()) == shape[axis]);
      for (std::size_t k = 0; k < parts.size(); ++k) {
        CHECK(same_values(parts[k], at(x, static_cast<std::int64_t>(k), axis)));
      }
      CHECK(same_values(stack(parts, axis), x));
    }
  }
}

TEST_CASE("unstack is one node, and takes views apart into views") {
  const Tensor x = counted({4, 3});
  const Tape tape;
  const Tensor view = transpose(x);
  const std::size_t before = tape.recording().size();
  const std::vector<Tensor> columns = unstack(view);
  CHECK(tape.recording().size() == before + 1);
  REQUIRE(columns.size() == 3);
  CHECK(differs(columns[1], {4}, [](const Index& i) { return i[0] * 3 + 1; }) == "");
  CHECK(unstack(columns[2])[3].item() == 11);
}

TEST_CASE("unstack of no positions gives no tensors") {
  CHECK(unstack(counted({0, 3})).empty());
  const Tape tape;
  const Tensor x = counted({3, 0});
  CHECK(unstack(x, 1).empty());
  CHECK(unstack(x)[2].shape() == Shape{0});
  CHECK(sum(unstack(x)[2]).item() == 0);
}

TEST_CASE("positions nothing depends on have a gradient of zeros") {
  const Tensor x = counted({3, 2}, DType::f64);
  const Tape tape;
  const std::vector<Tensor> rows = unstack(x);
  const Tensor y = sum(rows[2] * 5) + sum(rows[0]);
  CHECK(same_values(gradient(y, x), Tensor::copy_of({1., 1., 0., 0., 5., 5.}, {3, 2})));
}

TEST_CASE("unstack refuses axes that are not there") {
  CHECK_THROWS_WITH_AS(unstack(counted({2, 3}), 2),
                       Contains("unstack: axis 2 of [2, 3]; it has 2 axes "
                                "(tests/ops/unstack_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(unstack(counted({2, 3}), -3),
                       Contains("unstack: axis -3 of [2, 3]; it has 2 axes"), ShapeError);
  CHECK_THROWS_WITH_AS(unstack(1.0), Contains("unstack: axis 0 of []; it has 0 axes"), ShapeError);
}

GRADIENT_CASE("unstack", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 4, 1);
  const auto axis = static_cast<int>(draw.between(-shape.rank(), shape.rank() - 1));
  const auto skipped = static_cast<std::size_t>(draw.below(shape[axis]));
  return {{draw.tensor(shape)}, [=](auto x) {
            std::vector<Tensor> parts = unstack(square(x[0]), axis);
            Tensor product = square(parts[0]);
            for (std::size_t k = 1; k < parts.size(); ++k) {
              if (k != skipped) product = product * (parts[k] + 0.5);
            }
            return product;
          }};
});

}  // namespace
}  // namespace chronograd
