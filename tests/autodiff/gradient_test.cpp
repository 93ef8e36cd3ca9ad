#include "chronograd/autodiff/gradient.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

using doctest::Approx;
using test::message_before_place;
using test::message_of;

Tensor number(double value) { return Tensor::scalar(value, DType::f64); }
Tensor list(std::initializer_list<double> values) {
  return Tensor::copy_of(values, {static_cast<std::int64_t>(values.size())});
}

void check_close(const Tensor& x, const std::vector<double>& expected, double tolerance = 1e-12) {
  REQUIRE(x.size() == static_cast<std::int64_t>(expected.size()));
  for (std::size_t k = 0; k < expected.size(); ++k) {
    CAPTURE(k);
    CHECK(std::abs(x.values<double>()[k] - expected[k]) <= tolerance * (1 + std::abs(expected[k])));
  }
}

TEST_SUITE("gradient") {
  TEST_CASE("the gradient is taken of constants, results of ops, and y itself") {
    const Tape tape;
    const Tensor x = number(3);
    const Tensor square = x * x;
    const Tensor y = square * square;
    CHECK(gradient(y, x).item() == 4 * 27);
    CHECK(gradient(y, square).item() == 2 * 9);
    CHECK(gradient(y, y).item() == 1);
  }

  TEST_CASE("the gradient of a tensor that is used twice is the sum") {
    const Tape tape;
    const Tensor x = list({1, 2, 3});
    check_close(gradient(sum(x * x + x), x), {3, 5, 7});
  }

  TEST_CASE("zeros where y does not depend on x") {
    const Tape tape;
    const Tensor x = list({1, 2, 3});
    const Tensor other = list({4, 5});
    const Tensor y = sum(x);
    const Tensor later = y * 2;
    const std::vector<Tensor> all{other, later, x};
    const std::vector<Tensor> g = gradient(y, all);
    check_close(g[0], {0, 0});
    check_close(g[1], {0});
    check_close(g[2], {1, 1, 1});
    CHECK(g[0].dtype() == DType::f64);
  }

  TEST_CASE("when an x feeds another x, each gets its own") {
    const Tape tape;
    const Tensor a = number(2);
    const Tensor b = a * 3;
    const Tensor y = b * b + a;
    const std::vector<Tensor> both{a, b};
    const std::vector<Tensor> g = gradient(y, both);
    CHECK(g[0].item() == 2 * 6 * 3 + 1);
    CHECK(g[1].item() == 12);
  }

  TEST_CASE("the dtype and shape are x's") {
    const Tape tape;
    const Tensor x = zeros({2, 1});
    const Tensor g = gradient(sum(x * ones({2, 5})), x);
    CHECK(g.dtype() == DType::f32);
    CHECK(same_values(g, full({2, 1}, 5)));
  }

  TEST_CASE("what cannot be differentiated is named") {
    const Tape tape;
    const Tensor x = zeros({2}, DType::f64);
    CHECK(message_before_place<ShapeError>([&] { gradient(x * 2, x); }) ==
          "gradient: a tensor [2]; it must have one element, take its mean or sum");
    CHECK(message_before_place<DTypeError>([&] { gradient(sum(x), zeros({2}, DType::i64)); }) ==
          "gradient: the gradient with respect to a tensor of i64; it must be f32 or f64");
    CHECK(message_before_place<TapeError>([&] { gradient(number(1), x); }) ==
          "gradient: a tensor [] without history; it must come from ops recorded on a tape that is "
          "open: open a Tape before the loss");
  }
}

TEST_SUITE("higher orders") {
  TEST_CASE("the first four derivatives of a polynomial are right") {
    const Tape tape;
    const Tensor x = number(2);
    Tensor y = x * x * x * x;
    for (const double expected : {32.0, 48.0, 48.0, 24.0, 0.0}) {
      y = gradient(y, x);
      CHECK(y.item() == expected);
    }
  }

  TEST_CASE("the second and third derivative of the sigmoid are right") {
    const Tape tape;
    const Tensor x = number(0.7);
    const double s = 1 / (1 + std::exp(-0.7));
    const double first = s * (1 - s);
    const Tensor d1 = gradient(sigmoid(x), x);
    const Tensor d2 = gradient(d1, x);
    const Tensor d3 = gradient(d2, x);
    CHECK(d1.item() == Approx(first).epsilon(1e-12));
    CHECK(d2.item() == Approx(first * (1 - 2 * s)).epsilon(1e-12));
    CHECK(d3.item() == Approx(first * (1 - 6 * s + 6 * s * s)).epsilon(1e-12));
  }

  TEST_CASE("reading in between changes nothing") {
    const auto second = [](bool read) {
      const Tape tape;
      const Tensor x = number(0.3);
      const Tensor y = tanh(x * 2) * exp(x);
      if (read) y.item();
      const Tensor d = gradient(y, x);
      if (read) d.item();
      return gradient(d, x).item();
    };
    CHECK(second(true) == second(false));
  }

  TEST_CASE("mixed derivatives agree in both orders") {
    const Tape tape;
    const Tensor a = number(0.4);
    const Tensor b = number(1.3);
    const Tensor y = exp(a * b) / (a + b);
    CHECK(gradient(gradient(y, a), b).item() ==
          Approx(gradient(gradient(y, b), a).item()).epsilon(1e-12));
  }
}

Tensor some_function(const Tensor& a, const Tensor& b) {
  return tanh(a * b) * a + exp(b * 0.5) / (a * a + 1);
}

TEST_SUITE("products") {
  TEST_CASE("vjp weights the rows of the Jacobian") {
    const Tape tape;
    const Tensor x = list({1, 2, 3});
    const std::vector<Tensor> xs{x};
    check_close(vjp(x * x, xs, list({1, 10, 100}))[0], {2, 40, 600});
    CHECK(message_before_place<ShapeError>([&] {
            vjp(x * x, xs, list({1, 2}));
          }) == "vjp: a vector [2] for a tensor [3]; the shapes must be equal");
  }

  TEST_CASE("jvp is the derivative along a direction") {
    const Tensor a = list({0.3, -0.8, 1.1});
    const Tensor b = list({0.5, 0.2, -0.9});
    const Tensor va = list({1, -2, 0.5});
    const Tensor vb = list({0.25, 1, -1});
    const double h = 1e-6;
    const Tensor numeric =
        (some_function(a + va * h, b + vb * h) - some_function(a - va * h, b - vb * h)) / (2 * h);
    const Tape tape;
    const std::vector<Tensor> xs{a, b};
    const std::vector<Tensor> vs{va, vb};
    const auto expected = numeric.values<double>();
    check_close(jvp(some_function(a, b), xs, vs), {expected.begin(), expected.end()}, 1e-8);
  }

  TEST_CASE("jvp of what does not depend on x is zero") {
    const Tape tape;
    const std::vector<Tensor> xs{list({1, 2})};
    const std::vector<Tensor> vs{list({1, 1})};
    const Tensor y = list({3, 4, 5}) * 2;
    check_close(jvp(y, xs, vs), {0, 0, 0});
    check_close(jvp(y, {}, {}), {0, 0, 0});
  }

  TEST_CASE("one vector is needed for each tensor") {
    const Tape tape;
    const std::vector<Tensor> xs{list({1, 2})};
    const Tensor y = xs[0] * 2;
    CHECK(message_before_place<ShapeError>([&] { jvp(y, xs, {}); }) ==
          "jvp: 0 vectors for 1 tensors; one is needed for each");
  }

  TEST_CASE("the Hessian of a sum of cubes is diagonal") {
    const Tape tape;
    const std::vector<Tensor> xs{list({1, 2, 3})};
    const std::vector<Tensor> vs{list({1, 10, 100})};
    check_close(hessian_vector_product(sum(xs[0] * xs[0] * xs[0]), xs, vs)[0], {6, 120, 1800});
  }

  TEST_CASE("hessian_vector_product matches differences of gradients") {
    const Tensor a = list({0.3, -0.8, 1.1});
    const Tensor b = list({0.5, 0.2, -0.9});
    const std::vector<Tensor> vs{list({1, -2, 0.5}), list({0.25, 1, -1})};
    const auto gradients = [&](double h) {
      const Tensor p = a + vs[0] * h;
      const Tensor q = b + vs[1] * h;
      const Tape tape;
      const std::vector<Tensor> xs{p, q};
      std::vector<Tensor> g = gradient(sum(some_function(p, q)), xs);
      evaluate(g);
      return g;
    };
    const double h = 1e-5;
    const std::vector<Tensor> ahead = gradients(h);
    const std::vector<Tensor> behind = gradients(-h);
    const Tape tape;
    const std::vector<Tensor> xs{a, b};
    const std::vector<Tensor> products = hessian_vector_product(sum(some_function(a, b)), xs, vs);
    for (std::size_t k = 0; k < 2; ++k) {
      const Tensor numeric = (ahead[k] - behind[k]) / (2 * h);
      const auto expected = numeric.values<double>();
      check_close(products[k], {expected.begin(), expected.end()}, 1e-8);
    }
  }

  TEST_CASE("hessian_vector_product takes parameters") {
    Random random{1};
    const Parameters parameters{random, DType::f64};
    const auto make = [&](const char* name, double value) {
      return parameters.root().parameter(
          name, {}, [value](auto values, Shape, RandomStream&) { values[0] = value; });
    };
    const Parameter a = make("a", 2);
    const Parameter b = make("b", 3);
    const Parameter unused = make("unused", 1);
    const Tape tape;
    Gradients v;  // the Hessian of a^2 b is [[2b, 2a], [2a, 0]]
    v.set(a, number(10));
    v.set(b, number(1));
    v.set(unused, number(1));
    const Gradients product = hessian_vector_product(a * a * b, v);
    CHECK(product.size() == 2);
    CHECK(product.at(a).item() == 6 * 10 + 4 * 1);
    CHECK(product.at(b).item() == 4 * 10);
  }
}

}  // namespace
}  // namespace chronograd
