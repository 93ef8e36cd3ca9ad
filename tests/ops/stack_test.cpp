#include "chronograd/ops/stack.h"

#include <doctest/doctest.h>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("stack puts tensors together along a new axis, in every dtype") {
  const Shape shape{3, 2, 4};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    for (int axis = -3; axis < 3; ++axis) {
      CAPTURE(axis);
      std::vector<Tensor> parts;
      for (std::int64_t k = 0; k < shape[axis]; ++k) parts.push_back(at(x, k, axis));
      CHECK(same_values(stack(parts, axis), x));
    }
  }
}

TEST_CASE("stack makes a vector of numbers") {
  CHECK(same_values(stack({1.5, 2, -3}), Tensor::copy_of({1.5f, 2.f, -3.f}, {3})));
  CHECK(stack({counted({2})}).shape() == Shape{1, 2});
}

TEST_CASE("stack reads views") {
  const Tensor x = counted({3, 4});
  const Tape tape;
  const Tensor y = stack({transpose(x), transpose(x)}, 1);
  CHECK(differs(y, {4, 2, 3}, [](const Index& i) { return i[2] * 4 + i[0]; }) == "");
  const std::vector<Tensor> columns{at(x, 3, 1), at(x, 0, 1)};
  CHECK(differs(stack(columns), {2, 3},
                [](const Index& i) { return i[1] * 4 + (i[0] == 0 ? 3 : 0); }) == "");
}

TEST_CASE("stack of empty tensors is empty") {
  CHECK(stack({counted({0}), counted({0})}, 1).shape() == Shape{0, 2});
  CHECK(stack({counted({2, 0}), counted({2, 0})}).values<float>().empty());
}

TEST_CASE("stack of a list says where it was called") {
  const std::vector<Tensor> parts(2, counted({2}));
  const Tape tape;
  CHECK(describe(stack(parts)).find("stack f32 [2, 2] (tests/ops/stack_test.cpp:") == 0);
}

TEST_CASE("stack refuses nothing, other shapes and dtypes, and axes that are not there") {
  const Tensor x = counted({2, 3});
  CHECK_THROWS_WITH_AS(stack(std::vector<Tensor>{}),
                       Contains("stack: no tensors; at least one is needed"), ShapeError);
  CHECK_THROWS_WITH_AS(stack({x, counted({2, 4})}),
                       Contains("stack: [2, 3] and, as number 1, [2, 4]; the shapes must be equal "
                                "(tests/ops/stack_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(stack({x, counted({2, 3}, DType::i32)}), Contains("stack: f32 with i32; "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(stack({x, x}, 3),
                       Contains("stack: a new axis 3 for [2, 3]; it must be between -3 and 2"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(stack({x, x}, -4), Contains("stack: a new axis -4 for [2, 3]; "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(stack({counted({1, 1, 1, 1, 1, 1, 1, 1})}),
                       Contains("; at most 8 axes are supported"), ShapeError);
}

GRADIENT_CASE("stack", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape();
  const auto axis = static_cast<int>(draw.between(-shape.rank() - 1, shape.rank()));
  return {{draw.tensor(shape), draw.tensor(shape)}, [=](auto x) {
            return square(stack({square(x[0]), x[1], x[0]}, axis));
          }};
});

}  // namespace
}  // namespace chronograd
