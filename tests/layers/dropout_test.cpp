#include "chronograd/layers/dropout.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/transpose.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("without a training tape x passes on as it is") {
  Draw draw{1};
  const Tensor x = draw.tensor({4, 5});
  CHECK(same_values(dropout(x, 0.9), x));
  const Tape tape;
  CHECK(same_values(dropout(x, 0.9), x));
  CHECK(tape.recording().size() == 0);
}

TEST_CASE("on a training tape numbers are 0 or scaled up, and the mean stays") {
  Random random{1};
  for (const double rate : {0.1, 0.5, 0.8}) {
    Tape tape{random};
    double total = 0;
    int dropped = 0;
    constexpr int count = 40000;
    for (const double v : numbers(dropout(full({count}, 1, DType::f64), rate))) {
      CHECK_UNARY(v == 0 || near(v, 1 / (1 - rate)));
      total += v;
      dropped += v == 0 ? 1 : 0;
    }
    // Six standard deviations.
    const double deviation = 6 * std::sqrt(rate * (1 - rate) / count);
    CHECK(std::abs(dropped / double{count} - rate) < deviation);
    CHECK(std::abs(total / count - 1) < deviation / (1 - rate));
  }
}

TEST_CASE("the gradient goes where the numbers went") {
  Draw draw{2};
  Random random{1};
  const Tensor x = draw.away_from_zero({6, 7});
  Tape tape{random};
  const Tensor y = dropout(x, 0.4);
  const Matrix dx{gradient(sum(y), x)}, xs{x}, ys{y};
  for (std::size_t i = 0; i < xs.values.size(); ++i) {
    CHECK(near(dx.values[i], ys.values[i] / xs.values[i]));
  }
}

TEST_CASE("what is dropped is 0, be it infinite or NaN, and so is its gradient") {
  Random random{1};
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (const double number : {inf, -inf, std::numeric_limits<double>::quiet_NaN()}) {
    const Tensor odd = full({200}, number, DType::f64);
    const Tensor x = full({200}, 1, DType::f64);
    Tape tape{random};
    const std::vector<double> of_odd = numbers(dropout(odd, 0.5));
    CHECK(std::ranges::count(of_odd, 0) > 50);
    const Tensor y = dropout(x, 0.5);
    const std::vector<double> ys = numbers(y);
    const std::vector<double> dx = numbers(gradient(sum(y * odd), x));
    for (std::size_t k = 0; k < 200; ++k) CHECK((ys[k] == 0) == (dx[k] == 0));
  }
}

TEST_CASE("each call throws its own dice, and equal sources give equal ones") {
  const Tensor x = full({100}, 1);
  const auto draws = [&] {
    Random random{5};
    Tape tape{random};
    const std::vector<Tensor> two{dropout(x, 0.5), dropout(x, 0.5)};
    evaluate(two);
    return two;
  };
  const auto first = draws();
  const auto again = draws();
  CHECK(!same_values(first[0], first[1]));
  CHECK(same_values(first[0], again[0]));
  CHECK(same_values(first[1], again[1]));
}

TEST_CASE("what lies along shared axes stays or goes together") {
  Random random{1};
  const Tensor x = full({4, 50, 3}, 1, DType::f64);
  Tape tape{random};
  const Tensor of_steps = dropout(x, 0.5, {0});
  const Tensor of_words = dropout(x, 0.5, {-1});
  CHECK(same_values(at(of_steps, 0), at(of_steps, 3)));
  CHECK(!same_values(at(of_words, 0), at(of_words, 3)));
  CHECK(same_values(at(transpose(of_words, 0, 2), 0), at(transpose(of_words, 0, 2), 2)));
  CHECK(std::ranges::count(numbers(at(of_steps, 0)), 2) > 40);
  CHECK(std::ranges::count(numbers(at(of_steps, 0)), 0) > 40);
  CHECK(message_before_place<IndexError>([&] { dropout(x, 0.5, {3}); }) ==
        "dropout: a shared axis 3 of [4, 50, 3]; there is none");
}

TEST_CASE("a rate of 0 changes nothing") {
  Random random{1};
  Tape tape{random};
  const Tensor x = full({3}, 2);
  CHECK(same_values(dropout(x, 0), x));
}

TEST_CASE("a rate that is no probability below 1 is refused, on a tape or not") {
  const Tensor x = full({3}, 2);
  CHECK(message_before_place<ValueError>([&] { dropout(x, 1); }) ==
        "dropout: a rate of 1.000000; it must be at least 0 and below 1");
  CHECK_THROWS_AS(dropout(x, -0.1), ValueError);
  CHECK_THROWS_AS(dropout(x, not_a_number), ValueError);
}

}  // namespace
}  // namespace chronograd
