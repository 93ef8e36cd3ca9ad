#include "chronograd/ops/logsumexp.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/softmax_rows.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

const double nan = std::numeric_limits<double>::quiet_NaN();
const double inf = std::numeric_limits<double>::infinity();

TEST_CASE("logsumexp is the logarithm of the sum of e^x") {
  const Tensor x = Tensor::copy_of<double>({0, std::log(3.0), 1, 1}, {2, 2});
  const Tensor expected = Tensor::copy_of<double>({std::log(4.0), 1 + std::log(2.0)}, {2});
  CHECK(difference(logsumexp(x), expected, 1e-15) == "");
  CHECK(logsumexp(x, 0, true).shape() == Shape{1, 2});
  CHECK(logsumexp(x, 1, true).shape() == Shape{2, 1});
}

TEST_CASE("logsumexp of random tensors of any layout along any axis agrees with the plain way") {
  Draw draw{1};
  for (int n = 0; n < 600; ++n) {
    const DType dtype = n % 2 == 0 ? DType::f32 : DType::f64;
    const Shape shape = draw.shape(1, 4, 1);
    const int axis = static_cast<int>(draw.below(2 * shape.rank())) - shape.rank();
    const bool keep = draw.coin();
    const double largest = draw.coin() ? 9 : 1e4;
    const Tape tape;
    const Tensor x = laid_out(draw, shape, dtype, -largest, largest);
    const Tensor y = logsumexp(x, axis, keep).detach();
    REQUIRE(y.dtype() == dtype);
    const Tensor expected = reduced(x.detach(), std::vector<int>{axis}, keep, plain_logsumexp);
    REQUIRE(difference(y, expected, dtype == DType::f32 ? 2e-6 : 1e-13) == "");
  }
}

TEST_CASE("logsumexp over several axes is that of all their elements") {
  const Tensor x = counted({2, 3, 4}, DType::f64);
  const std::vector<int> axes{0, -1};
  CHECK(difference(logsumexp(x, axes), reduced(x, axes, false, plain_logsumexp), 1e-14) == "");
  CHECK(difference(logsumexp(x, axes, true), reduced(x, axes, true, plain_logsumexp), 1e-14) == "");
  CHECK(logsumexp(x, {0, 1, 2}).shape() == Shape{});
  CHECK(same_values(logsumexp(x, std::initializer_list<int>{}), x));
  CHECK_THROWS_WITH_AS(logsumexp(x, {1, -2}),
                       Contains("logsumexp: axis -2 of [2, 3, 4] twice; each axis may be given "
                                "once (tests/ops/logsumexp_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(logsumexp(x, {0, 3}), ShapeError);
}

TEST_CASE("logsumexp of NaN is NaN, of +inf +inf, of -inf only -inf") {
  const Tensor y =
      logsumexp(Tensor::copy_of<double>({1, nan, 0, inf, -inf, -inf, -inf, 1, inf, nan}, {5, 2}));
  CHECK(std::isnan(y.values<double>()[0]));
  CHECK(y.values<double>()[1] == inf);
  CHECK(y.values<double>()[2] == -inf);
  CHECK(y.values<double>()[3] == 1);
  CHECK(std::isnan(y.values<double>()[4]));
}

TEST_CASE("a row of nothing but -inf gets a gradient of 0, and so it goes on") {
  const Tensor x = Tensor::copy_of<double>({-inf, -inf, 0, -inf, 0, 0}, {3, 2});
  const Tape tape;
  const Tensor dx = gradient(sum(logsumexp(x)), x);
  const Tensor ddx = gradient(sum(square(dx)), x);
  CHECK(same_values(dx, Tensor::copy_of<double>({0, 0, 1, 0, 0.5, 0.5}, {3, 2})));
  CHECK(same_values(ddx, Tensor::copy_of<double>({0, 0, 0, 0, 0, 0}, {3, 2})));
}

TEST_CASE("logsumexp of what a mask leaves looks at nothing else") {
  const Tensor x = Tensor::copy_of<double>({nan, 1, inf, 1, nan, inf}, {2, 3});
  const Tensor mask = Tensor::copy_of({false, true, false, false, false, false}, {2, 3});
  const Tape tape;
  const Tensor y = logsumexp(x, mask);
  const Tensor dx = gradient(sum(y), x);
  const Tensor ddx = gradient(sum(square(dx)), x);
  CHECK(same_values(y, Tensor::copy_of<double>({1, -inf}, {2})));
  CHECK(same_values(dx, Tensor::copy_of<double>({0, 1, 0, 0, 0, 0}, {2, 3})));
  CHECK(same_values(ddx, Tensor::copy_of<double>({0, 0, 0, 0, 0, 0}, {2, 3})));
  CHECK(logsumexp(x, mask, 0, true).shape() == Shape{1, 3});
  CHECK_THROWS_WITH_AS(logsumexp(x, Tensor::copy_of({true}, {1, 1, 1})),
                       Contains("logsumexp: [2, 3] with a mask of [1, 1, 1]; the mask must "
                                "broadcast to the shape of x"),
                       ShapeError);
}

TEST_CASE("logsumexp of nothing is -inf") {
  CHECK(same_values(logsumexp(counted({2, 0}, DType::f64)),
                    Tensor::copy_of<double>({-inf, -inf}, {2})));
  CHECK(logsumexp(counted({0, 3})).shape() == Shape{0});
}

TEST_CASE("logsumexp refuses integers, scalars and axes that are not there") {
  CHECK_THROWS_WITH_AS(logsumexp(counted({2}, DType::i64)),
                       Contains("logsumexp: a tensor of i64; it must be f32 or f64; cast it first "
                                "(tests/ops/logsumexp_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(logsumexp(counted({})), Contains("logsumexp: axis -1 of []; it has "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(logsumexp(counted({2, 3}), 2),
                       Contains("logsumexp: axis 2 of [2, 3]; it has 2 axes ("), ShapeError);
}

GRADIENT_CASE("logsumexp", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const int axis = static_cast<int>(draw.below(shape.rank()));
  if (shape.empty()) return {{draw.tensor({2})}, [](auto x) { return logsumexp(x[0]); }};
  return {{draw.tensor(shape)},
          [axis, keep = draw.coin()](auto x) { return logsumexp(x[0], axis, keep); }};
});

}  // namespace
}  // namespace chronograd
