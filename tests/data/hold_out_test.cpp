#include "chronograd/data/hold_out.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

std::vector<int> numbers(std::size_t count) {
  std::vector<int> result(count);
  std::iota(result.begin(), result.end(), 0);
  return result;
}

}  // namespace

TEST_CASE("every example is on one side, in its old order, and the share is met") {
  Random random{1};
  const auto [train, dev] = hold_out(numbers(1000), 0.05, random);
  CHECK(dev.size() == 50);
  CHECK(std::ranges::is_sorted(train));
  CHECK(std::ranges::is_sorted(dev));
  std::vector<int> all;
  std::ranges::merge(train, dev, std::back_inserter(all));
  CHECK(all == numbers(1000));
  CHECK(dev.back() - dev.front() > 500);  // from everywhere, not one block
}

TEST_CASE("the same seed holds out the same examples and another seed others") {
  const auto dev = [](Random random) { return hold_out(numbers(200), 0.1, random).dev; };
  CHECK(dev(Random{1}) == dev(Random{1}));
  CHECK(dev(Random{1}) != dev(Random{2}));
}

TEST_CASE("nothing, everything and no examples may be held out") {
  Random random{1};
  CHECK(hold_out(numbers(3), 0, random).train.size() == 3);
  CHECK(hold_out(numbers(3), 1, random).dev.size() == 3);
  CHECK(hold_out(numbers(0), 0.5, random).dev.empty());
}

TEST_CASE("examples that cannot be copied are moved") {
  std::vector<std::unique_ptr<int>> examples;
  examples.push_back(std::make_unique<int>(5));
  Random random{1};
  const auto split = hold_out(std::move(examples), 0, random);
  REQUIRE(split.train.size() == 1);
  CHECK(*split.train[0] == 5);
}

TEST_CASE("a share outside of 0 to 1 is refused") {
  Random random{1};
  for (const double share : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_WITH_AS(hold_out(numbers(3), share, random),
                         doctest::Contains("it must be from 0 to 1"), ValueError);
  }
}

}  // namespace chronograd
