// Tapes that are opened at one place record much the same, but not quite.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <new>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/recording.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "tests/repetitions.h"

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

// The k-th of these tapes multiplies by 1, 2, ... and takes another turn after that many.
double product_with_turn(int turn, int length) {
  const Tensor x = full({3}, 1);
  const Tape tape;
  Tensor y = x;
  std::vector<Tensor> held;
  for (int k = 0; k < length; ++k) {
    y = k == turn ? y + 10 : y * 2;
    held.push_back(y);
  }
  evaluate(held);
  double total = 0;
  for (const Tensor& h : held) total += h.values<float>()[2];
  return total;
}

double expected_with_turn(int turn, int length) {
  double y = 1;
  double total = 0;
  for (int k = 0; k < length; ++k) {
    y = k == turn ? y + 10 : y * 2;
    total += y;
  }
  return total;
}

TEST_CASE("tapes that part from each other anywhere keep their handles' numbers") {
  for (int round = 0; round < 3; ++round) {
    for (const int length : {1, 6, 4, 9}) {
      for (const int turn : {-1, 3, 0, 5, 3}) {
        CAPTURE(length);
        CAPTURE(turn);
        CHECK(product_with_turn(turn, length) == expected_with_turn(turn, length));
      }
    }
  }
}

TEST_CASE("a tape within a tape that was opened on the same line has its own nodes") {
  const auto nested = [](const auto& self, int depth) -> double {
    const Tape tape;
    const Tensor x = full({2}, depth);
    const Tensor y = x * x;
    const double inner = depth > 0 ? self(self, depth - 1) : 0;
    return inner + sum(y + 1).item();
  };
  for (int round = 0; round < 3; ++round) {
    CHECK(nested(nested, 3) == 2 * (1 + 2 + 5 + 10));
    CHECK(nested(nested, 1) == 2 * (1 + 2));
  }
}

// The number of a gradient rule and a user's may stand at the same place of two tapes.
TEST_CASE("a user's number does not take the place of one that a gradient rule recorded") {
  const Tensor one = full({3}, 1);
  for (int round = 0; round < 3; ++round) {
    for (const bool differentiate : {true, false}) {
      const Tape tape;
      const Tensor x = one * 3;
      const Tensor y = sum(square(x));
      if (differentiate) {
        CHECK(gradient(y, x).values<float>()[1] == 6);
      } else {
        CHECK((5 * y).item() == 135);
        CHECK((7 * x).values<float>()[1] == 21);
      }
    }
  }
}

TEST_CASE("a gradient is taken on some tapes and not on others") {
  const Tensor one = full({3}, 1);
  for (const int gradients : {0, 1, 0, 2, 1, 2, 2, 0, 1}) {
    const Tape tape;
    const Tensor x = one * 3;
    Tensor g = square(x) * x;
    for (int k = 0; k < gradients; ++k) g = gradient(sum(g), x);
    const std::array expected{27.0f, 27.0f, 18.0f};
    CHECK(g.values<float>()[0] == expected[static_cast<std::size_t>(gradients)]);
    CHECK((g + 1).values<float>()[0] == expected[static_cast<std::size_t>(gradients)] + 1);
  }
}

TEST_CASE("what a tape without gradients recorded is known again after each evaluation") {
  const Tensor one = full({3}, 1);
  for (int round = 0; round < 2; ++round) {
    const Tape tape{Tape::forward_only};
    Tensor state = one;
    double expected = 1;
    for (int step = 0; step < 10; ++step) {
      const int factor = step % 3 + 1;
      state = step == 7 ? state - 5 : state * factor;
      expected = step == 7 ? expected - 5 : expected * factor;
      CHECK(state.values<float>()[2] == expected);
    }
  }
}

TEST_CASE("a tape that had no memory to part from an earlier one goes on when there is some") {
  const Tensor x = full({1}, 3);
  const Tensor tens = Tensor::copy_of<float>({10, 20}, {2});
  const auto record = [&](bool part, int allocations) {
    const Tape tape;
    const Tensor a = x + 1;
    if (!part) return sum(square(square(a))).item();
    detail::faults.allocations_left = allocations;
    try {
      (void)(a * tens);
    } catch (const std::bad_alloc&) {
    }
    detail::faults.allocations_left = -1;
    return sum(a * tens).item();
  };
  for (int allocations = 0; allocations < 8; ++allocations) {
    CAPTURE(allocations);
    forget_plans();
    CHECK(record(false, 0) == 256);
    CHECK(record(true, allocations) == 120);
    CHECK(record(false, 0) == 256);
  }
}

TEST_CASE("names given on one tape are not those of the next") {
  const Tensor one = full({3}, 1);
  for (const bool give : {true, false}) {
    const Tape tape;
    const Tensor x = one * 3;
    const Tensor y = give ? named("memory", x + 1) : x + 1;
    const auto last = static_cast<OutputId>(tape.recording().outputs() - 1);
    CHECK(tape.recording().role(last) == (give ? "memory" : ""));
    CHECK(y.values<float>()[0] == 4);
  }
}

TEST_CASE("indices that do not fit are refused on tapes that repeat others") {
  const Tensor table = full({4, 2}, 1);
  for (const std::int64_t index : {3, 4, 0, 5}) {
    const Tape tape;
    const Tensor indices = Tensor::copy_of<std::int64_t>({0, index}, Shape{2});
    if (index < 4) {
      CHECK(sum(gather(table, indices)).item() == 4);
    } else {
      CHECK_THROWS_AS(gather(table, indices), IndexError);
      CHECK(sum(table).item() == 8);
    }
  }
}

int shapes_checked = 0;

// Shapes are checked when a node is recorded anew, not when an earlier tape recorded the same.
Tensor checked(Operand x) {
  static const Op op{.name = "checked", .infer = [](Inference& inference) {
                       ++shapes_checked;
                       inference.output(inference.shape(0), inference.dtype(0));
                     }};
  return apply(op, x);
}

// How many of the nodes were recorded anew.
int recorded_anew(int nodes, int first) {
  const Tensor x = full({1}, 1);
  shapes_checked = 0;
  const Tape tape;
  Tensor y = x * first;  // another structure for each
  for (int k = 0; k < first; ++k) y = y + 1;
  for (int k = 0; k < nodes; ++k) y = checked(y);
  return shapes_checked;
}

TEST_CASE("a tape of 200,000 nodes is known again, beside another as long") {
  constexpr int nodes = test::repetitions(200'000);
  forget_plans();
  CHECK(recorded_anew(nodes, 1) == nodes);
  CHECK(recorded_anew(nodes, 1) == 0);
  CHECK(recorded_anew(nodes, 2) == nodes);
  for (const int first : {1, 2, 2, 1}) CHECK(recorded_anew(nodes, first) == 0);
}

TEST_CASE("of many long tapes that differ, the last two are known again") {
  constexpr int nodes = 300'000;  // so that more would take more than is kept
  forget_plans();
  for (const int first : {1, 2, 3, 4}) CHECK(recorded_anew(nodes, first) == nodes);
  CHECK(recorded_anew(nodes, 3) == 0);
  CHECK(recorded_anew(nodes, 4) == 0);
  CHECK(recorded_anew(nodes, 1) == nodes);
  forget_plans();
}

}  // namespace
}  // namespace chronograd
