#include "chronograd/ops/softmax.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/reductions.h"
#include "tests/ops/softmax_rows.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

const double nan = std::numeric_limits<double>::quiet_NaN();
const double inf = std::numeric_limits<double>::infinity();

std::vector<double> plain(const std::vector<double>& row) {
  std::vector<double> y = row;
  const double log_sum = plain_logsumexp(row);
  for (double& v : y) v = std::exp(v - log_sum);
  return y;
}

TEST_CASE("softmax weighs by e^x") {
  const Tensor y = softmax(Tensor::copy_of<double>({0, std::log(3.0), 1, 1}, {2, 2}));
  CHECK(difference(y, Tensor::copy_of<double>({0.25, 0.75, 0.5, 0.5}, {2, 2}), 1e-15) == "");
  CHECK(difference(softmax(Tensor::copy_of<double>({0, 0}, {2, 1}), 0),
                   Tensor::copy_of<double>({0.5, 0.5}, {2, 1}), 1e-15) == "");
  CHECK(softmax(counted({1})).item() == 1);
}

TEST_CASE("softmax of random tensors of any layout along any axis agrees with the plain way") {
  check_along_axes([](const Tensor& x, int axis) { return softmax(x, axis); }, plain, 9);
}

TEST_CASE("softmax is right for logits as large as 10000") {
  check_along_axes([](const Tensor& x, int axis) { return softmax(x, axis); }, plain, 1e4);
  const Tensor y = softmax(Tensor::copy_of<float>({10000, -10000, 10000, 9999}, {4}));
  CHECK(y.values<float>()[0] == doctest::Approx(1 / (2 + std::exp(-1.0))));
  CHECK(y.values<float>()[1] == 0);
}

TEST_CASE("long and many rows are right too") {
  for (const Shape shape : {Shape{3, 5000}, Shape{1000, 7}}) {
    Draw draw{4};
    const Tensor x = draw.tensor(shape);
    CHECK(difference(softmax(x), by_rows(x, 1, plain), 1e-13) == "");
    CHECK(difference(softmax(cast(x, DType::f32), 0), by_rows(x, 0, plain), 2e-6) == "");
  }
}

TEST_CASE("a row with NaN or +inf, or of -inf only, is NaN, and no other row") {
  const Tensor x = Tensor::copy_of<double>({1, nan, 0, inf, -inf, -inf, -inf, 1}, {4, 2});
  const Tensor y = softmax(x);
  for (std::size_t k = 0; k < 3; ++k) CHECK(std::isnan(y.values<double>()[2 * k + 1]));
  CHECK(y.values<double>()[6] == 0);
  CHECK(y.values<double>()[7] == 1);
}

TEST_CASE("softmax of nothing is nothing") {
  CHECK(softmax(counted({2, 0})).shape() == Shape{2, 0});
  CHECK(softmax(counted({0, 3}), 0).shape() == Shape{0, 3});
  CHECK(softmax(counted({0, 3}), 1).shape() == Shape{0, 3});
}

TEST_CASE("masked elements are exactly 0 and the others softmax among themselves") {
  Draw draw{5};
  for (int n = 0; n < 300; ++n) {
    const Shape shape = draw.shape(1);
    const int axis = static_cast<int>(draw.below(shape.rank()));
    const Tensor mask = draw.booleans(draw.stretchable_to(shape));
    const Tape tape;
    const Tensor x = laid_out(draw, shape, n % 2 == 0 ? DType::f64 : DType::f32);
    const Tensor y = softmax(x, mask, axis).detach();
    const Tensor whole_mask = expand(mask, shape).detach();
    const Tensor lowest = cast(x.detach(), DType::f64);
    std::vector<double> kept(lowest.values<double>().begin(), lowest.values<double>().end());
    for (std::size_t k = 0; k < kept.size(); ++k) {
      if (!whole_mask.values<bool>()[k]) kept[k] = -inf;
    }
    Tensor expected = by_rows(Tensor::adopt(std::move(kept), shape), axis, plain);
    std::vector<double> numbers(expected.values<double>().begin(), expected.values<double>().end());
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      if (!whole_mask.values<bool>()[k]) {
        numbers[k] = 0;
        REQUIRE(cast(y, DType::f64).values<double>()[k] == 0);
      }
    }
    REQUIRE(difference(y, Tensor::adopt(std::move(numbers), shape), 2e-6) == "");
  }
}

TEST_CASE("what is behind the mask does not matter, not even NaN") {
  const Tensor x = Tensor::copy_of<double>({1, nan, 1, inf, nan, inf}, {2, 3});
  const Tensor mask = Tensor::copy_of<bool>({true, false, true, false, false, false}, {2, 3});
  CHECK(same_values(softmax(x, mask), Tensor::copy_of<double>({0.5, 0, 0.5, 0, 0, 0}, {2, 3})));
}

TEST_CASE("a row that is masked as a whole has zeros and zero gradient") {
  const Tape tape;
  const Tensor x = Tensor::copy_of<double>({1, 2, 3, 4}, {2, 2});
  const Tensor mask = Tensor::copy_of<bool>({true, true, false, false}, {2, 2});
  const Tensor y = softmax(x, mask);
  const Tensor g = gradient(sum(y * Tensor::copy_of<double>({1, 5, 7, 9}, {2, 2})), x);
  CHECK(y.values<double>()[2] == 0);
  CHECK(g.values<double>()[0] != 0);
  CHECK(g.values<double>()[2] == 0);
  CHECK(g.values<double>()[3] == 0);
}

TEST_CASE("softmax refuses integers, scalars and axes that are not there") {
  CHECK_THROWS_WITH_AS(softmax(counted({2}, DType::i32)),
                       Contains("softmax: a tensor of i32; it must be f32 or f64; cast it first "
                                "(tests/ops/softmax_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(softmax(counted({})), Contains("softmax: axis -1 of []; it has "),
                       ShapeError);
  CHECK_THROWS_WITH_AS(softmax(counted({2, 3}), 2),
                       Contains("softmax: axis 2 of [2, 3]; it has 2 axes ("), ShapeError);
}

TEST_CASE("softmax refuses masks that are not bool or do not fit") {
  CHECK_THROWS_WITH_AS(softmax(counted({2}), counted({2})),
                       Contains("softmax: a mask of f32; it must be bool, true where an element "
                                "counts ("),
                       DTypeError);
  const Tensor mask = counted({4, 2}, DType::boolean);
  CHECK_THROWS_WITH_AS(softmax(counted({3, 2}), mask),
                       Contains("softmax: [3, 2] with a mask of [4, 2]; the mask must broadcast to "
                                "the shape of x ("),
                       ShapeError);
  CHECK_THROWS_AS(softmax(counted({2}), mask), ShapeError);
}

TEST_CASE("what comes back to an element outside of the mask counts nothing, be it NaN") {
  const Tensor x = Tensor::copy_of<double>({1, 2, 3}, {3});
  const Tensor mask = Tensor::copy_of({true, false, true}, {3});
  const auto derivatives = [&](double factor_of_the_masked) {
    const Tensor factors = Tensor::copy_of<double>({1, factor_of_the_masked, 5}, {3});
    const Tape tape;
    const Tensor dx = gradient(sum(softmax(x, mask) * factors), x);
    const Tensor ddx = gradient(sum(square(dx)), x);
    return std::vector<Tensor>{dx.detach(), ddx.detach()};
  };
  const auto expected = derivatives(1);
  for (const double odd :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const auto found = derivatives(odd);
    CHECK(same_values(found[0], expected[0]));
    CHECK(same_values(found[1], expected[1]));
  }
}

TEST_CASE("softmax over several axes is that of their elements together") {
  Draw draw{5};
  const Tensor x = draw.tensor({2, 3, 4});
  CHECK(same_values(softmax(x, {1, 2}), reshape(softmax(reshape(x, {2, 12})), {2, 3, 4})));
  CHECK(
      same_values(softmax(x, {-1, 1}), permute(softmax(permute(x, {0, 2, 1}), {1, 2}), {0, 2, 1})));
  CHECK(
      same_values(softmax(x, {0, 2}), permute(softmax(permute(x, {1, 0, 2}), {1, 2}), {1, 0, 2})));
  CHECK(same_values(softmax(x, {1}), softmax(x, 1)));
  CHECK(same_values(softmax(x, std::span<const int>{}), full({2, 3, 4}, 1, DType::f64)));
  CHECK(softmax(full({0, 2, 3}, 0), {1, 2}).shape() == Shape{0, 2, 3});
  CHECK_THROWS_WITH_AS(softmax(x, {1, -2}),
                       Contains("softmax: axis -2 of [2, 3, 4] twice; each axis may be given once "
                                "(tests/ops/softmax_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(softmax(x, {1, 3}), Contains("softmax: axis 3 of [2, 3, 4]; it has 3 axes"),
                       ShapeError);
}

GRADIENT_CASE("softmax over axes", Smooth::yes, [](Draw& draw) -> Trial {
  const Tensor x = draw.tensor(draw.shape());
  return {{x}, [axes = random_axes(draw, x.rank())](auto xs) { return softmax(xs[0], axes); }};
});

GRADIENT_CASE("softmax", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  return {{draw.tensor(shape)}, [axis = static_cast<int>(draw.below(shape.rank()))](auto x) {
            return softmax(x[0], axis);
          }};
});

GRADIENT_CASE("softmax of what a mask leaves", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1);
  const Tensor mask = draw.booleans(draw.stretchable_to(shape));
  return {{draw.tensor(shape)}, [mask, axis = static_cast<int>(draw.below(shape.rank()))](auto x) {
            return softmax(x[0], mask, axis);
          }};
});

}  // namespace
}  // namespace chronograd
