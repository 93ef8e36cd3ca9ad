#include "chronograd/layers/location_attention.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("weights are what the equation says, the convolution written out") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LocationAttention attention{
      parameters / "a", {.query = 3, .memory = 2, .hidden = 4, .filters = 2, .width = 3}};
  scatter(parameters, draw);
  const Tensor encoded = draw.tensor({5, 1, 2}), h = draw.tensor({1, 3});
  auto memory = attention.remember(encoded);
  memory = attention.after(memory, attention(h, memory).weights);
  const Matrix before{memory.coverage}, weights{attention(h, memory).weights}, hs{h};
  const Matrix w{parameters.at("a/query/weight").value()};
  const Matrix u{parameters.at("a/key/weight").value()};
  const Matrix v{parameters.at("a/score/weight").value()};
  const Matrix filter{parameters.at("a/location/filter").value()};
  const Matrix l{parameters.at("a/location/weight").value()};
  const std::vector<double> b = numbers(parameters.at("a/query/bias").value());
  std::vector<double> exponentials;
  double total = 0;
  for (std::int64_t i = 0; i < 5; ++i) {
    double score = 0;
    for (std::int64_t k = 0; k < 4; ++k) {
      double inside =
          dot(hs, 0, w, k) + b[static_cast<std::size_t>(k)] + dot(Matrix{at(encoded, i)}, 0, u, k);
      for (std::int64_t n = 0; n < 2; ++n) {
        for (std::int64_t j = 0; j < 3; ++j) {
          const std::int64_t place = i + j - 1;
          if (place >= 0 && place < 5) inside += before(0, place) * filter(j, n) * l(n, k);
        }
      }
      score += v(k, 0) * std::tanh(inside);
    }
    exponentials.push_back(std::exp(score));
    total += exponentials.back();
  }
  for (std::int64_t i = 0; i < 5; ++i) {
    CHECK(near(weights(0, i), exponentials[static_cast<std::size_t>(i)] / total));
  }
}

TEST_CASE("the memory keeps the last weights, or their sum") {
  Draw draw{2};
  Random random{1};
  for (const bool cumulative : {false, true}) {
    const Parameters parameters{random, DType::f64};
    const LocationAttention attention{
        parameters / "a",
        {.query = 3, .memory = 2, .filters = 2, .width = 3, .cumulative = cumulative}};
    const auto first = attention.remember(draw.tensor({5, 2, 2}));
    CHECK(same_values(first.coverage, zeros({2, 5}, DType::f64)));
    const Tensor one = draw.tensor({2, 5}), two = draw.tensor({2, 5});
    const auto last = attention.after(attention.after(first, one), two);
    CHECK(near(last.coverage, cumulative ? one + two : two));
  }
}

TEST_CASE("options out of range are named before a parameter is made") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          LocationAttention(parameters / "a", {.query = 2, .memory = 2, .width = 4});
        }) == "LocationAttention: width = 4; it must be odd, so that a filter has a middle");
  CHECK(message_before_place<ValueError>([&] {
          LocationAttention(parameters / "a", {.query = 2, .memory = 2, .filters = -1});
        }) == "LocationAttention: filters = -1; give a size of at least 1");
  CHECK(parameters.size() == 0);
  const LocationAttention attention{parameters / "a", {.query = 2, .memory = 2}};
  CHECK_THROWS_AS(attention(full({3, 2, 2}, 1), attention.remember(full({4, 2, 2}, 1))),
                  ShapeError);
}

}  // namespace
}  // namespace chronograd
