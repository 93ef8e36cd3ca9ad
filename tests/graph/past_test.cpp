// Tapes that are opened at one place record much the same, but not quite.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"

namespace chronograd {
namespace {

struct Model {
  static void fill(std::span<double> values, Shape, RandomStream&) { std::ranges::fill(values, 1); }

  Random random{1};
  Parameters parameters{random};
  Parameter w = parameters.root().parameter("w", {3}, fill);
  Parameter u = parameters.root().parameter("u", {4}, fill);
};

TEST_CASE("what is assigned differs from tape to tape") {
  const Tensor x = full({3}, 1);
  std::vector<double> results;
  for (const bool first : {true, false}) {
    const Model model;
    const Tape tape;
    const Tensor a = x * 2;
    const Tensor b = x * 3;
    assign(model.w, first ? a : b);
    results.push_back(sum(model.w * 10).item());
  }
  CHECK(results[0] == 60);
  CHECK(results[1] == 90);
}

TEST_CASE("the shape of what is assigned differs from tape to tape") {
  const Tensor x = full({3}, 1);
  const Tensor z = full({4}, 1);
  std::vector<double> results;
  for (const bool first : {true, false}) {
    const Model model;
    const Tape tape;
    const Tensor a = x * 2;
    const Tensor b = z * 3;
    assign(first ? model.w : model.u, first ? a : b);
    results.push_back(sum((first ? model.w : model.u) * 10).item());
  }
  CHECK(results[0] == 60);
  CHECK(results[1] == 120);
}

TEST_CASE("an assignment was committed on one tape and not on another") {
  const Tensor one = full({3}, 1);
  std::vector<double> results;
  for (const bool committed : {false, true}) {
    const Model model;
    Tape tape;
    const Tensor x = one * 2;
    assign(model.w, x * 3);
    if (committed) tape.commit();
    const Tensor y = sum(model.w * model.w);
    results.push_back(sum(gradient(y, x)).item());
  }
  CHECK(results[0] == 3 * 2 * 6 * 3);
  CHECK(results[1] == 0);  // from then on it is a number
}

}  // namespace
}  // namespace chronograd
