#include "chronograd/ops/cross_entropy.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/log_softmax.h"
#include "chronograd/ops/softplus.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

const Tensor logits = Tensor::copy_of<double>({1, 2, 3, 0, 0, 4}, {2, 3});

double minus_log_p(std::size_t row, std::size_t label) {
  const Tensor log_p = log_softmax(logits);
  return -log_p.values<double>()[3 * row + label];
}

TEST_CASE("cross_entropy is minus the log of what the label gets") {
  const double a = minus_log_p(0, 2), b = minus_log_p(1, 0);
  const Tensor labels = row<std::int64_t>({2, 0});
  CHECK(cross_entropy(logits, labels).item() == doctest::Approx((a + b) / 2));
  CHECK(cross_entropy(logits, labels, {.reduction = LossReduction::sum}).item() ==
        doctest::Approx(a + b));
  const Tensor single = cross_entropy(logits, labels, {.reduction = LossReduction::none});
  REQUIRE(single.shape() == Shape{2});
  CHECK(single.values<double>()[1] == doctest::Approx(b));
}

TEST_CASE("the mean is weighted by the labels' classes, and ignored labels do not count") {
  const double a = minus_log_p(0, 2), b = minus_log_p(1, 0);
  const Tensor weights = row({2., 1., 0.5});
  CHECK(cross_entropy(logits, row<std::int64_t>({2, 0}), {.weights = weights}).item() ==
        doctest::Approx((0.5 * a + 2 * b) / 2.5));
  CHECK(cross_entropy(logits, row<std::int64_t>({2, -100}), {.ignore = -100}).item() ==
        doctest::Approx(a));
  const Tape tape;
  const Tensor none = cross_entropy(logits, row<std::int64_t>({-1, -1}), {.ignore = -1});
  CHECK(same_values(gradient(none, logits), zeros({2, 3}, DType::f64)));
  CHECK(none.item() == 0);
}

TEST_CASE("ignored rows and classes of weight 0 add nothing, whatever their logits are") {
  for (const double odd : {inf<double>, -inf<double>, nan<double>}) {
    for (const bool planned : {false, true}) {
      for (const double smoothing : {0., 0.1}) {
        const Planning planning{planned};
        const Tensor good = Tensor::copy_of<double>({1, 2, 3}, {1, 3});
        const Tensor x = Tensor::copy_of<double>({1, 2, 3, odd, odd, 0, odd, odd, odd}, {3, 3});
        const Tensor labels = row<std::int64_t>({2, -100, -100});
        const Tape tape;
        const Tensor z = x + 0;
        const CrossEntropyOptions options{.ignore = -100, .smoothing = smoothing};
        const Tensor loss = cross_entropy(z, labels, options);
        const Tensor alone = cross_entropy(good, row<std::int64_t>({2}), options);
        const Tensor dx = gradient(loss, z);
        const Tensor ddx = gradient(sum(square(dx)), z);
        CHECK(loss.item() == doctest::Approx(alone.item()).epsilon(1e-14));
        for (std::size_t k = 0; k < 9; ++k) {
          CHECK(std::isfinite(dx.values<double>()[k]));
          CHECK(std::isfinite(ddx.values<double>()[k]));
          if (k < 3) continue;
          CHECK(dx.values<double>()[k] == 0);
          CHECK(ddx.values<double>()[k] == 0);
        }
        if (smoothing > 0) continue;
        const Tensor weighted =
            cross_entropy(z, row<std::int64_t>({2, 0, 0}), {.weights = row({0., 1., 2.})});
        CHECK(weighted.item() == doctest::Approx(alone.item()).epsilon(1e-14));
        CHECK(gradient(weighted, z).values<double>()[4] == 0);
      }
    }
  }
}

TEST_CASE("a class of weight 0 may be impossible under smoothing") {
  const Tensor x = Tensor::copy_of<double>({1, 2, -inf<double>}, {1, 3});
  const Tape tape;
  const Tensor loss =
      cross_entropy(x, row<std::int64_t>({1}), {.weights = row({1., 1., 0.}), .smoothing = 0.3});
  const double log_p[] = {-std::log(1 + std::exp(1.)), 1 - std::log(1 + std::exp(1.))};
  CHECK(loss.item() == doctest::Approx(-0.7 * log_p[1] - 0.1 * (log_p[0] + log_p[1])));
  CHECK(gradient(loss, x).values<double>()[2] == 0);
}

TEST_CASE_TEMPLATE("an infinite logit that meets its target costs nothing", T, float, double) {
  const Tensor x = row<T>({-inf<T>, inf<T>, -inf<T>});
  const Tensor t = row<T>({0, 1, 1});
  const Tape tape;
  const Tensor losses = binary_cross_entropy(x, t, LossReduction::none);
  CHECK(same_values(losses, row<T>({0, 0, inf<T>})));
  const Tensor dx = gradient(sum(losses), x);
  CHECK(dx.values<T>()[0] == 0);
  CHECK(dx.values<T>()[1] == 0);
}

TEST_CASE("smoothing spreads a share of the target over all classes") {
  const double all = (minus_log_p(0, 0) + minus_log_p(0, 1) + minus_log_p(0, 2)) / 3;
  const Tensor first = Tensor::copy_of<double>({1, 2, 3}, {1, 3});
  CHECK(cross_entropy(first, row<std::int64_t>({1}), {.smoothing = 0.3}).item() ==
        doctest::Approx(0.7 * minus_log_p(0, 1) + 0.3 * all));
}

TEST_CASE_TEMPLATE("logits of 1e4 give finite losses and gradients", T, float, double) {
  const Tensor x = Tensor::copy_of<T>({10000, -10000}, {1, 2});
  const Tensor y = row<T>({10000, -10000});
  const Tape tape;
  const Tensor loss = cross_entropy(x, row<std::int64_t>({1}));
  CHECK(same_values(gradient(loss, x), Tensor::copy_of<T>({1, -1}, {1, 2})));
  CHECK(loss.item() == 20000);
  const Tensor yes_no = binary_cross_entropy(y, row<T>({1, 1}), LossReduction::none);
  CHECK(same_values(gradient(sum(yes_no), y), row<T>({0, -1})));
  CHECK(same_values(yes_no, row<T>({0, 10000})));
}

TEST_CASE("binary_cross_entropy is -t log p - (1 - t) log(1 - p)") {
  const double p = 1 / (1 + std::exp(-0.7));
  CHECK(binary_cross_entropy(row({0.7}), row({0.25})).item() ==
        doctest::Approx(-0.25 * std::log(p) - 0.75 * std::log(1 - p)));
}

TEST_CASE("cross entropies refuse shapes, labels and options that do not fit") {
  CHECK_THROWS_WITH_AS(cross_entropy(logits, row<std::int64_t>({1})),
                       Contains("cross_entropy: logits [2, 3] and labels [1]; the labels need the "
                                "shape of the logits without the classes, the last axis "
                                "(tests/ops/cross_entropy_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(cross_entropy(logits, row<std::int64_t>({1, 3})), IndexError);
  CHECK_THROWS_AS(cross_entropy(logits, row({1., 2.})), DTypeError);
  CHECK_THROWS_WITH_AS(cross_entropy(logits, row<std::int64_t>({1, 1}), {.weights = row({1.})}),
                       Contains("weights [1] for logits [2, 3]; one weight for each class"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(cross_entropy(logits, row<std::int64_t>({1, 1}), {.smoothing = 2}),
                       Contains("smoothing = 2.000000; it must be from 0 to 1"), ValueError);
  CHECK_THROWS_WITH_AS(binary_cross_entropy(logits, row({1.})),
                       Contains("binary_cross_entropy: logits [2, 3] and targets [1]"), ShapeError);
}

GRADIENT_CASE("cross_entropy", Smooth::yes, [](Draw& draw) -> Trial {
  const std::int64_t classes = draw.between(2, 5);
  const Shape shape = draw.shape(1, 2, 1);
  const Tensor labels = draw.indices(shape, classes);
  const Tensor weights = draw.tensor({classes}, 0.5, 2);
  const double smoothing = draw.coin() ? 0.1 : 0;
  return {{draw.tensor(shape.inserted(shape.rank(), classes)), labels}, [=](auto x) {
            return cross_entropy(x[0], x[1],
                                 {.weights = cast(weights, x[0].dtype()), .smoothing = smoothing});
          }};
});
GRADIENT_CASE("binary_cross_entropy", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3, 1);
  return {{draw.tensor(shape), draw.tensor(shape, 0, 1)},
          [](auto x) { return binary_cross_entropy(x[0], x[1]); }};
});

}  // namespace
}  // namespace chronograd
