#include "chronograd/optim/clip.h"

#include <algorithm>
#include <limits>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/graph/probe.h"
#include "tests/optim/weights.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Two vectors whose norm is 5 together.
Gradients of_norm_5(const Parameters& parameters) {
  return gradients_of(parameters, {{"a/w", {3, 0}}, {"b/w", {-4}}});
}

Parameters two_weights() { return weights_of({{"a/w", {0, 0}}, {"b/w", {0}}}); }

void check_all_nan(const Tensor& tensor) {
  for (const double value : tensor.values<double>()) CHECK(std::isnan(value));
}

}  // namespace

TEST_CASE("the norm is that of all gradients together") {
  const Parameters parameters = two_weights();
  CHECK(norm(of_norm_5(parameters)).item() == 5);
  CHECK(norm(Gradients{}).item() == 0);
}

TEST_CASE("clip_norm scales gradients above the limit down to it") {
  const Parameters parameters = two_weights();
  const Gradients clipped = clip_norm(of_norm_5(parameters), 2);
  check_near(clipped.at("a/w"), {1.2, 0});
  check_near(clipped.at("b/w"), {-1.6});
  CHECK(norm(clipped).item() == doctest::Approx(2).epsilon(1e-14));
}

TEST_CASE("clip_norm leaves gradients at or below the limit as they are") {
  const Parameters parameters = two_weights();
  for (const double limit : {5.0, 5.5, std::numeric_limits<double>::infinity()}) {
    CAPTURE(limit);
    const Gradients clipped = clip_norm(of_norm_5(parameters), limit);
    CHECK(same_values(clipped.at("a/w"), vector_of({3, 0})));
    CHECK(same_values(clipped.at("b/w"), vector_of({-4})));
  }
}

TEST_CASE("clip_norm takes gradients that are zero, and none") {
  const Parameters parameters = two_weights();
  const Gradients zero = gradients_of(parameters, {{"a/w", {0, 0}}, {"b/w", {0}}});
  CHECK(same_values(clip_norm(zero, 1).at("a/w"), vector_of({0, 0})));
  CHECK(same_values(clip_norm(zero, 1).at("b/w"), vector_of({0})));
  CHECK(clip_norm(Gradients{}, 1).empty());
}

TEST_CASE("clip_norm does not hide a NaN") {
  const Parameters parameters = two_weights();
  const Gradients broken = gradients_of(parameters, {{"a/w", {3, nan}}, {"b/w", {1}}});
  CHECK(std::isnan(norm(broken).item()));
  check_all_nan(clip_norm(broken, 1).at("a/w"));
  check_all_nan(clip_norm(broken, 1).at("b/w"));
}

TEST_CASE("clip_norm keeps the direction of gradients of any size, planned or not") {
  struct Case {
    std::vector<float> gradient;
    double norm;
    double limit;
    std::vector<double> clipped;
  };
  const Case cases[] = {{{3e20f, 4e20f}, 5e20, 1, {0.6, 0.8}},
                        {{3e30f, 4e30f}, 5e30, 2, {1.2, 1.6}},
                        {{-1.8e38f, 2.4e38f}, 3e38, 1, {-0.6, 0.8}},
                        {{-1.8e38f, 2.4e38f}, 3e38, 1e-10, {-6e-11, 8e-11}},
                        {{3e-30f, 4e-30f}, 5e-30, 1, {3e-30, 4e-30}},
                        {{3e-30f, 4e-30f}, 5e-30, 1e-30, {6e-31, 8e-31}},
                        {{1e-25f, 1e20f}, 1e20, 1, {0, 1}}};
  for (const bool planned : {true, false}) {
    const test::Planning planning{planned};
    for (const Case& c : cases) {
      CAPTURE(c.norm);
      Random random{1};
      const Parameters parameters{random};
      const Parameter w = parameters.root().parameter("w", {2}, [](auto, Shape, RandomStream&) {});
      const Tape tape;
      const Tensor loss = sum(w * Tensor::copy_of(c.gradient, {2}));
      const Gradients gradients = backward(loss, parameters);
      const Tensor clipped = clip_norm(gradients, c.limit).at(w);
      CHECK(norm(gradients).dtype() == DType::f32);
      CHECK(norm(gradients).item() == doctest::Approx(c.norm).epsilon(1e-6));
      for (std::size_t k = 0; k < 2; ++k) {
        const double scale = std::max(std::abs(c.clipped[0]), std::abs(c.clipped[1]));
        CHECK(std::abs(clipped.values<float>()[k] - c.clipped[k]) <= 1e-6 * scale);
      }
    }
  }
}

TEST_CASE("clip_norm keeps directions when the norm is beyond f32") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter("w", {2}, [](auto, Shape, RandomStream&) {});
  Gradients gradients;
  gradients.set(w, Tensor::copy_of<float>({3e38f, -3e38f}, {2}));
  CHECK(std::isinf(norm(gradients).item()));
  const Tensor clipped = clip_norm(gradients, 1).at(w);
  CHECK(clipped.values<float>()[0] == doctest::Approx(std::sqrt(0.5)));
  CHECK(clipped.values<float>()[1] == doctest::Approx(-std::sqrt(0.5)));
}

TEST_CASE("clip_norm takes f64 numbers of any size") {
  const Parameters parameters = two_weights();
  for (const double size : {1e-300, 1e-170, 1e160, 1e300}) {
    CAPTURE(size);
    const Gradients gradients =
        gradients_of(parameters, {{"a/w", {3 * size, 0}}, {"b/w", {-4 * size}}});
    CHECK(norm(gradients).item() / size == doctest::Approx(5).epsilon(1e-14));
    const Gradients clipped = clip_norm(gradients, size);
    CHECK(clipped.at("a/w").values<double>()[0] / size == doctest::Approx(0.6).epsilon(1e-14));
    CHECK(clipped.at("b/w").item() / size == doctest::Approx(-0.8).epsilon(1e-14));
  }
}

TEST_CASE("clip_norm takes gradients of f32 and f64 together") {
  Random random{1};
  const Parameters narrow{random};
  const Parameter w = narrow.root().parameter("n", {}, [](auto, Shape, RandomStream&) {});
  const Parameters wide = two_weights();
  Gradients gradients = gradients_of(wide, {{"a/w", {0, 0}}, {"b/w", {-4}}});
  gradients.set(w, Tensor::scalar(3));
  CHECK(norm(gradients).dtype() == DType::f64);
  CHECK(norm(gradients).item() == 5);
  const Gradients clipped = clip_norm(gradients, 1);
  CHECK(clipped.at(w).dtype() == DType::f32);
  CHECK(clipped.at(w).item() == doctest::Approx(0.6));
  CHECK(clipped.at("b/w").item() == doctest::Approx(-0.8));
}

TEST_CASE("clip_norm makes all gradients NaN when one is infinite, and keeps each one's norm") {
  const Parameters parameters = two_weights();
  const double inf = std::numeric_limits<double>::infinity();
  const Gradients clipped =
      clip_norm(gradients_of(parameters, {{"a/w", {3, 4}}, {"b/w", {inf}}}), 1);
  check_all_nan(clipped.at("a/w"));
  check_all_nan(clipped.at("b/w"));
  for (const auto& [path, entry] : clipped) {
    CHECK(entry.unclipped_norm.item() == (path == "a/w" ? 5 : inf));
  }
}

TEST_CASE("clip_value cuts each number, and does not hide a NaN") {
  const Parameters parameters = weights_of({{"a/w", {0, 0, 0, 0, 0}}});
  const Gradients gradients = gradients_of(parameters, {{"a/w", {-7, -2, 0.5, 2.5, nan}}});
  CHECK(same_values(clip_value(gradients, 2).at("a/w"), vector_of({-2, -2, 0.5, 2, nan})));
}

TEST_CASE("clipping refuses a limit that is not above 0") {
  const Parameters parameters = two_weights();
  const Gradients gradients = of_norm_5(parameters);
  CHECK(test::message_before_place<ValueError>([&] { clip_norm(gradients, 0); }) ==
        "clip_norm: a limit of 0.000000; it must be above 0");
  CHECK(test::message_before_place<ValueError>([&] { clip_value(gradients, -1); }) ==
        "clip_value: a limit of -1.000000; it must be above 0");
  CHECK(test::message_before_place<ValueError>([&] { clip_norm(gradients, nan); }) ==
        "clip_norm: a limit of nan; it must be above 0");
}

TEST_CASE("gradients add up, and one that only one side has stays") {
  const Parameters parameters =
      weights_of({{"a/w", {0, 0}}, {"b/w", {0}}, {"c/w", {0}}, {"d/w", {0}}});
  const Gradients left = gradients_of(parameters, {{"a/w", {1, 2}}, {"b/w", {3}}});
  const Gradients right = gradients_of(parameters, {{"a/w", {10, 20}}, {"c/w", {5}}});
  const Gradients sum = left + right;
  CHECK(sum.size() == 3);
  CHECK(same_values(sum.at("a/w"), vector_of({11, 22})));
  CHECK(same_values(sum.at("b/w"), vector_of({3})));
  CHECK(same_values(sum.at("c/w"), vector_of({5})));
  CHECK(same_values(left.at("a/w"), vector_of({1, 2})));
}

TEST_CASE("gradients times a factor are scaled one by one") {
  const Parameters parameters = two_weights();
  const Gradients scaled = of_norm_5(parameters) * 0.5;
  CHECK(same_values(scaled.at("a/w"), vector_of({1.5, 0})));
  CHECK(same_values(scaled.at("b/w"), vector_of({-2})));
}

}  // namespace chronograd
