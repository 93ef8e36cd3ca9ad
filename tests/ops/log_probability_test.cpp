#include "chronograd/ops/log_probability.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/log_softmax.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/pick.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/softmax.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/laid_out.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE("log_probability is what log_softmax says of the label, to the bit") {
  Draw draw{1};
  const Tape tape;
  for (const Shape shape : {Shape{5}, Shape{4, 3}, Shape{2, 3, 2000}, Shape{3, 1}}) {
    for (const DType dtype : {DType::f32, DType::f64}) {
      const Tensor x = laid_out(draw, shape, dtype);
      const Tensor labels = draw.indices(shape.without(-1), shape[-1]);
      CHECK(
          same_values(log_probability(x, labels).detach(), pick(log_softmax(x), labels).detach()));
    }
  }
}

TEST_CASE("labels may be i32, and computed") {
  const Tensor x = Tensor::copy_of<double>({0, 0, 0, std::log(2.0)}, {2, 2});
  CHECK(log_probability(x, row({0, 0}) + row({0, 1})).values<double>()[1] ==
        doctest::Approx(std::log(2.0 / 3)));
}

TEST_CASE("log_probability tells small probabilities apart, and large logits") {
  const Tensor x = Tensor::copy_of<float>({0, -1000, -10000}, {3});
  CHECK(log_probability(x, Tensor::scalar(2, DType::i64)).item() == -10000);
  const Tensor large = Tensor::copy_of<float>({1e30F, -1e30F}, {2});
  CHECK(log_probability(large, Tensor::scalar(0, DType::i64)).item() == 0);
}

TEST_CASE("NaN in a row makes its number NaN and no other; nothing is left for no class") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor y =
      log_probability(Tensor::copy_of<double>({1, nan, 1, 1, 0, -inf}, {3, 2}), row({0, 1, 1}));
  CHECK(std::isnan(y.values<double>()[0]));
  CHECK(y.values<double>()[1] == doctest::Approx(-std::log(2.0)));
  CHECK(y.values<double>()[2] == -inf);
}

TEST_CASE("the gradient is one-hot minus softmax") {
  const Tensor x = Tensor::copy_of<double>({1, 2, 3, -1, 0, 1}, {2, 3});
  const Tensor p = softmax(x);
  const Tape tape;
  const Tensor dx = gradient(sum(log_probability(x, row({2, 0})) * row({2., 3.})), x);
  const auto of = p.values<double>();
  const auto came = dx.values<double>();
  for (std::size_t k = 0; k < 6; ++k) {
    const double wanted = (k < 3 ? 2 : 3) * ((k == 2 || k == 3 ? 1 : 0) - of[k]);
    CHECK(came[k] == doctest::Approx(wanted));
  }
}

TEST_CASE("its second derivatives are those of log_softmax") {
  const Tensor x = Tensor::copy_of<double>({1, 2, 3, -1, 0, 1}, {2, 3});
  const Tensor labels = row({2, 0});
  const Tensor weights = Tensor::copy_of<double>({1, -2, 3, 0.5, 4, -1}, {2, 3});
  const auto twice = [&](const Tensor& log_p) {
    return gradient(sum(square(gradient(sum(square(log_p)), x)) * weights), x);
  };
  const Tape tape;
  const Tensor ours = twice(log_probability(x, labels));
  const Tensor theirs = twice(pick(log_softmax(x), labels));
  for (std::size_t k = 0; k < 6; ++k) {
    CHECK(ours.values<double>()[k] == doctest::Approx(theirs.values<double>()[k]).epsilon(1e-10));
  }
}

TEST_CASE("rows outside of the mask are 0 and get no gradient, whatever their logits are") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor x = Tensor::copy_of<double>({1, 2, 3, nan, inf, 0, -inf, -inf, -inf}, {3, 3});
  const Tensor labels = row({2, 0, 1});
  const Tensor mask = row({true, false, false});
  const Tape tape;
  const Tensor z = x + 0;
  const Tensor y = log_probability(z, labels, mask);
  const Tensor first = slice(z, 0, 0, 1);
  const Tensor plain = log_probability(first, row({2}));
  const Tensor dx = gradient(sum(square(y)), z);
  const Tensor ddx = gradient(sum(square(dx)), z);
  const Tensor d = gradient(sum(square(plain)), first);
  const Tensor dd = gradient(sum(square(d)), first);
  CHECK(y.values<double>()[0] == plain.item());
  for (std::size_t k = 0; k < 9; ++k) {
    CHECK(dx.values<double>()[k] == (k < 3 ? d.values<double>()[k] : 0));
    CHECK(ddx.values<double>()[k] ==
          doctest::Approx(k < 3 ? dd.values<double>()[k] : 0).epsilon(1e-12));
  }
  CHECK(y.values<double>()[1] == 0);
  CHECK(y.values<double>()[2] == 0);
  CHECK_THROWS_WITH_AS(log_probability(z, labels, row({true})),
                       Contains("log_probability: labels [3] with a mask of bool [1]; the mask "
                                "must be bool and of the shape of the labels"),
                       ShapeError);
}

TEST_CASE("log_probability takes no rows, and rows of no classes if there are none of them") {
  CHECK(log_probability(counted({0, 3}), counted({0}, DType::i64)).shape() == Shape{0});
  CHECK(log_probability(counted({2, 0, 0}), counted({2, 0}, DType::i64)).shape() == Shape{2, 0});
}

TEST_CASE(
    "log_probability refuses integers, labels of another shape and labels that are no class") {
  CHECK_THROWS_WITH_AS(log_probability(counted({2, 3}, DType::i64), row({0, 0})),
                       Contains("log_probability: logits of i64; they must be f32 or f64; cast "
                                "them first (tests/ops/log_probability_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_WITH_AS(log_probability(counted({2, 3}), row({0, 0, 0})),
                       Contains("log_probability: indices [3] into [2, 3]; they need the shape of "
                                "x without its last axis"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(log_probability(counted({2, 3}), row({0, 3})),
                       Contains("log_probability: index 3 at [1]; a row of [2, 3] has 3 numbers"),
                       IndexError);
  const Tensor x = counted({2, 3});
  const Tape tape;
  const Tensor y = log_probability(x, row({0, 1}) + row({0, 2}));
  CHECK_THROWS_WITH_AS(y.values<float>(), Contains("log_probability: index 3 at [1]; "),
                       IndexError);
}

GRADIENT_CASE("log_probability", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 4, 1);
  const Tensor labels = draw.indices(shape.without(-1), shape[-1]);
  return {{draw.tensor(shape)}, [=](auto x) { return log_probability(x[0], labels); }};
});

GRADIENT_CASE("log_probability of what a mask leaves", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 4, 1);
  const Tensor labels = draw.indices(shape.without(-1), shape[-1]);
  const Tensor mask = draw.booleans(shape.without(-1));
  return {{draw.tensor(shape)}, [=](auto x) { return log_probability(x[0], labels, mask); }};
});

}  // namespace
}  // namespace chronograd
