#include "chronograd/ops/kl_divergence.h"

#include <doctest/doctest.h>

#include <cmath>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/softmax.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("kl_divergence is sum p log(p / q), the mean over rows", T, float, double) {
  const Tensor logits = Tensor::copy_of<T>({0, 0, T(std::log(3.)), 0}, {2, 2});
  const Tensor p = Tensor::copy_of<T>({1, 0, T(0.75), T(0.25)}, {2, 2});
  CHECK(kl_divergence(logits, p).item() == doctest::Approx(std::log(2.) / 2));
  const Tensor sure = Tensor::copy_of<T>({1, -inf<T>}, {1, 2});
  const Tape tape;
  const Tensor loss = kl_divergence(sure, Tensor::copy_of<T>({1, 0}, {1, 2}));
  const Tensor g = gradient(loss, sure);
  CHECK(loss.item() == doctest::Approx(0));
  CHECK(g.values<T>()[1] == 0);
}

TEST_CASE("kl_divergence refuses shapes that differ, even when they broadcast") {
  CHECK_THROWS_WITH_AS(kl_divergence(zeros({2, 3}), zeros({3})),
                       Contains("kl_divergence: [2, 3] against [3]; the shapes must be equal "
                                "(tests/ops/kl_divergence_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_AS(kl_divergence(row({1}), row({1})), DTypeError);
  CHECK_THROWS_AS(kl_divergence(row({1.f}), row({1.})), DTypeError);
}

GRADIENT_CASE("kl_divergence", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(1, 3, 1);
  return {{draw.tensor(shape), draw.tensor(shape)},
          [](auto x) { return kl_divergence(x[0], softmax(x[1])); }};
});

}  // namespace
}  // namespace chronograd
