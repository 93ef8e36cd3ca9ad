#include "chronograd/ops/cumprod.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("cumprod runs along any axis, from either end, with or without the element itself") {
  const Tensor x = Tensor::copy_of<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(same_values(cumprod(x), Tensor::copy_of<float>({1, 2, 6, 4, 20, 120}, {2, 3})));
  CHECK(same_values(cumprod(x, 0), Tensor::copy_of<float>({1, 2, 3, 4, 10, 18}, {2, 3})));
  CHECK(same_values(cumprod(x, -2), cumprod(x, 0)));
  CHECK(same_values(cumprod(x, 1, {.reverse = true}),
                    Tensor::copy_of<float>({6, 6, 3, 120, 30, 6}, {2, 3})));
  CHECK(same_values(cumprod(x, 1, {.exclusive = true}),
                    Tensor::copy_of<float>({1, 1, 2, 1, 4, 20}, {2, 3})));
  CHECK(same_values(cumprod(row({2, 3, 4}), 0, {.exclusive = true, .reverse = true}),
                    row({12, 4, 1})));
}

TEST_CASE("the gradient of a running product is right with zeros in it") {
  const Tape tape;
  const Tensor x = row<double>({2, 0, 3, 0, 5});
  // 2 + 2*0 + 2*0*3 + ..: only one zero may be left out.
  CHECK(same_values(gradient(sum(cumprod(x)), x), row<double>({1, 2 + 6, 0, 0, 0})));
  CHECK(same_values(gradient(sum(cumprod(x, 0, {.exclusive = true})), x),
                    row<double>({1, 2 + 6, 0, 0, 0})));
}

TEST_CASE("cumprod keeps NaN from where it stands, and nothing is nothing") {
  CHECK(same_values(cumprod(row({2.f, nan<float>, 2.f})), row({2.f, nan<float>, nan<float>})));
  CHECK(same_values(cumprod(row({inf<float>, 2.f})), row({inf<float>, inf<float>})));
  CHECK(cumprod(zeros({3, 0})).shape() == Shape{3, 0});
  CHECK(cumprod(zeros({0, 3}), 0, {.exclusive = true}).shape() == Shape{0, 3});
}

TEST_CASE("cumprod refuses bool, scalars and axes that are not there") {
  CHECK_THROWS_WITH_AS(cumprod(row({true})), Contains("cumprod: tensors of bool; they must be"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(cumprod(row({1.f}), 1),
                       Contains("cumprod: axis 1 of [1]; it has 1 axis "
                                "(tests/ops/cumprod_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(cumprod(Tensor::scalar(1.f)), Contains("cumprod: axis -1 of []"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(cumprod(Tensor{}), Contains("an empty handle"), ValueError);
}

GRADIENT_CASE("cumprod", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape(1), -1.5, 1.5);
  const int axis = static_cast<int>(draw.between(-x.rank(), x.rank() - 1));
  const CumprodOptions options{.exclusive = draw.coin(), .reverse = draw.coin()};
  return {{x}, [=](auto xs) { return cumprod(xs[0], axis, options); }};
});

}  // namespace
}  // namespace chronograd
