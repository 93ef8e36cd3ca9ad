#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/buffer.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/graph/tensor.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

const Tensor a = Tensor::copy_of({1.0f, 2.0f, 3.0f}, {3});
const Tensor b = Tensor::copy_of({4.0f, 5.0f, 6.0f}, {3});

using Names = std::vector<std::string_view>;

// The ops on the tape that have numbers.
Names computed(const Tape& tape) {
  const RecordingView recording = tape.recording();
  Names names;
  for (NodeId id = 0; id < recording.size(); ++id) {
    const NodeView node = recording[id];
    if (!node.inputs().empty() && recording.computed(node.first_output())) {
      names.push_back(node.name());
    }
  }
  return names;
}

// With and without plans.
template <class F>
void in_both_ways(F f) {
  for (const bool planned : {true, false}) {
    CAPTURE(planned);
    const test::Planning planning{planned};
    f();
  }
}

#if !defined(__SANITIZE_ADDRESS__)

constexpr std::int64_t numbers = std::int64_t{1} << 20;
constexpr std::size_t one = numbers * sizeof(float);

Tensor long_expression(const Tensor& x, const Tensor& y) {
  return sum(tanh(sigmoid(tanh(sigmoid(tanh(x * 2 + y) * y + x) * 3 + y) * y + x) * 2 + y) * x);
}

// How many times the memory of x it takes to compute the expression, beside x and y.
template <class F>
double memory_of(F f) {
  trim_memory();
  const auto before = memory_in_use();
  f();
  const auto after = memory_in_use();
  return static_cast<double>(after.used + after.idle - before.used - before.idle) / one;
}

TEST_CASE("a long expression takes no more memory than a few of its tensors") {
  const Tensor x = full({numbers}, 0.5);
  const Tensor y = full({numbers}, 0.25);
  in_both_ways([&] {
    double total = 0;
    CHECK(memory_of([&] { total = long_expression(x, y).item(); }) < 3.5);
    double on_tape = 0;
    CHECK(memory_of([&] {
            const Tape tape{Tape::forward_only};
            on_tape = long_expression(x, y).item();
          }) < 3.5);
    CHECK(on_tape == doctest::Approx(total));
  });
}

#endif

TEST_CASE("of an expression only the result is kept on the tape") {
  in_both_ways([] {
    const Tape tape;
    CHECK(sum(a * b + a).item() == 38);
    CHECK(computed(tape) == Names{"sum"});
  });
}

TEST_CASE("operands in a list are let go as well") {
  in_both_ways([] {
    const Tape tape;
    CHECK(sum(concat({a * b, a + b}, 0) + 1).item() == 59);
    CHECK(computed(tape) == Names{"sum"});
  });
}

TEST_CASE("what somebody holds as well is kept") {
  in_both_ways([] {
    const Tape tape;
    Tensor held;
    CHECK(sum(Tensor{held = a * b} + a).item() == 38);
    CHECK(computed(tape) == Names{"mul", "sum"});
    CHECK(held.values<float>()[2] == 18);
  });
}

TEST_CASE("what a gradient reads is kept, though no handle is left") {
  in_both_ways([] {
    const Tape tape;
    const Tensor total = sum(exp(a * 2) * b);
    CHECK(total.item() ==
          doctest::Approx(4 * std::exp(2.0) + 5 * std::exp(4.0) + 6 * std::exp(6.0)));
    CHECK(computed(tape) == Names{"exp", "sum"});
    const Tensor held = sum(exp(a * 2) * b);
    CHECK(same_values(gradient(total, a), gradient(held, a)));
    CHECK(gradient(total, a).values<float>()[0] == doctest::Approx(8 * std::exp(2.0)));
  });
}

TEST_CASE("a tensor that was moved into an op is empty, and still counts on the tape") {
  in_both_ways([] {
    const Tape tape;
    Tensor product = a * b;
    const Tensor total = sum(exp(std::move(product) * 0.5));
    CHECK_FALSE(product.has_value());
    CHECK_THROWS_WITH_AS((void)product.values<float>(), doctest::Contains("empty handle"),
                         ValueError);
    CHECK(gradient(total, a).values<float>()[0] == doctest::Approx(2 * std::exp(2.0)));
  });
}

TEST_CASE("a function that reads its operand twice gets a temporary whole") {
  const auto twice = [](Operand x) { return exp(x * 0) + x * x + x; };
  CHECK(twice(a * b).values<float>()[0] == 21);
  const Tape tape;
  CHECK(twice(a * b).values<float>()[0] == 21);
}

TEST_CASE("an op that fails leaves its operands as they are") {
  Tensor product = a * b;
  CHECK_THROWS_AS((void)(std::move(product) + full({2}, 1)), ShapeError);
  CHECK(product.values<float>()[0] == 4);
}

}  // namespace
}  // namespace chronograd
