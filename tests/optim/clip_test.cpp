#include "chronograd/optim/clip.h"

#include <limits>

#include "chronograd/graph/error.h"
#include "tests/optim/weights.h"

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

TEST_CASE("clip_value cuts each number, and does not hide a NaN") {
  const Parameters parameters = weights_of({{"a/w", {0, 0, 0, 0, 0}}});
  const Gradients gradients = gradients_of(parameters, {{"a/w", {-7, -2, 0.5, 2.5, nan}}});
  CHECK(same_values(clip_value(gradients, 2).at("a/w"), vector_of({-2, -2, 0.5, 2, nan})));
}

TEST_CASE("clipping refuses a limit that is not above 0") {
  const Parameters parameters = two_weights();
  const Gradients gradients = of_norm_5(parameters);
  CHECK_THROWS_WITH_AS(clip_norm(gradients, 0),
                       "clip_norm: a limit of 0.000000; it must be above 0", ValueError);
  CHECK_THROWS_WITH_AS(clip_value(gradients, -1),
                       "clip_value: a limit of -1.000000; it must be above 0", ValueError);
  CHECK_THROWS_WITH_AS(clip_norm(gradients, nan), "clip_norm: a limit of nan; it must be above 0",
                       ValueError);
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
