#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/use_threads.h"
#include "tests/send_signals.h"

namespace chronograd {
namespace {

using test::UseThreads;

bool all_are(const Tensor& x, float number) {
  const auto values = x.values<float>();
  return std::all_of(values.begin(), values.end(), [=](float v) { return v == number; });
}

// Multiplies until some signals have come meanwhile.
void multiply_under_signals(const test::SendSignals& signals, const Tensor& a, const Tensor& b) {
  CAPTURE(a.shape());
  CAPTURE(b.shape());
  const auto depth = static_cast<float>(a.shape()[-1]);
  const std::size_t before = signals.handled();
  for (int k = 0; k < 200 && signals.handled() < before + 4; ++k) {
    REQUIRE(all_are(matmul(a, b), depth / 8));
  }
  CHECK(signals.astray() == 0);
}

// Small integers that depend on the place, so that no cut of a product may mistake one.
Tensor integers(Shape shape, std::int64_t seed) {
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t k = 0; k < values.size(); ++k) {
    const auto place = static_cast<std::int64_t>(k);
    values[k] = static_cast<float>((place * 7 + place / shape[1] * 3 + seed) % 5 - 2);
  }
  return Tensor::adopt(std::move(values), shape);
}

// Compares some elements of a product of integers with their exact sums. The last column is among
// them, since a kernel computes the rest of a width by other code.
bool product_is_exact(const Tensor& a, const Tensor& b) {
  const Tensor y = matmul(a, b);
  const Tensor left = a + 0;
  const Tensor right = transpose(b) + 0;
  const auto rows = left.values<float>();
  const auto columns = right.values<float>();
  const std::int64_t depth = a.shape()[1];
  for (std::int64_t i = 0; i < a.shape()[0]; i += std::max<std::int64_t>(1, a.shape()[0] / 9)) {
    for (std::int64_t j = b.shape()[1] - 1; j >= 0; j -= 37) {
      double sum = 0;
      for (std::int64_t k = 0; k < depth; ++k) {
        sum += rows[static_cast<std::size_t>(i * depth + k)] *
               columns[static_cast<std::size_t>(j * depth + k)];
      }
      if (y.values<float>()[static_cast<std::size_t>(i * b.shape()[1] + j)] != sum) return false;
    }
  }
  return true;
}

Tensor halves(Shape shape) { return full(shape, 0.5); }
Tensor quarters(Shape shape) { return full(shape, 0.25); }

TEST_CASE("signals that come during a product of any shape find the stack where it belongs") {
  if (!test::signals_come_at_once) {
    MESSAGE("skipped: this sanitizer delays signals");
    return;
  }
  const UseThreads one(1);
  const test::SendSignals signals;
  for (const std::int64_t depth : {1, 64, 85, 128, 253, 256, 300, 512, 513, 1024, 2048, 8200}) {
    for (const std::int64_t rows : {1, 2, 17, 64, 300}) {
      for (const std::int64_t columns : {1, 16, 200, 1024}) {
        multiply_under_signals(signals, halves({rows, depth}), quarters({depth, columns}));
      }
    }
  }
  CHECK(signals.handled() > 100);
}

TEST_CASE(
    "signals find the stack also when operands are transposed or the product is one of many") {
  if (!test::signals_come_at_once) {
    MESSAGE("skipped: this sanitizer delays signals");
    return;
  }
  const UseThreads one(1);
  const test::SendSignals signals;
  for (const std::int64_t depth : {96, 256, 512, 1500}) {
    const Tensor a = halves({130, depth});
    const Tensor b = quarters({depth, 256});
    const Tensor a_by_columns = transpose(halves({depth, 130}));
    const Tensor b_by_columns = transpose(quarters({256, depth}));
    multiply_under_signals(signals, a_by_columns, b);
    multiply_under_signals(signals, a, b_by_columns);
    multiply_under_signals(signals, a_by_columns, b_by_columns);
    multiply_under_signals(signals, halves({6, 40, depth}), quarters({6, depth, 30}));
  }
  CHECK(signals.handled() > 16);
}

TEST_CASE("signals find the stack also on the threads of the pool") {
  if (!test::signals_come_at_once) {
    MESSAGE("skipped: this sanitizer delays signals");
    return;
  }
  const UseThreads three(3);
  const test::SendSignals signals;
  for (const std::int64_t depth : {256, 600}) {
    multiply_under_signals(signals, halves({512, depth}), quarters({depth, 300}));
    multiply_under_signals(signals, halves({64, depth}), quarters({depth, 2048}));
    multiply_under_signals(signals, halves({7, 64, depth}), quarters({7, depth, 64}));
  }
  CHECK(signals.handled() > 8);
}

TEST_CASE("a product that is cut, so that signals need not wait for long, is right") {
  const UseThreads one(1);
  for (const std::int64_t depth : {90, 256, 300, 513, 1000}) {
    const Tensor a = integers({33, depth}, 1);
    const Tensor b = integers({depth, 70}, 2);
    CHECK(product_is_exact(a, b));
    CHECK(product_is_exact(transpose(integers({depth, 33}, 3)), b));
    CHECK(product_is_exact(a, transpose(integers({70, depth}, 4))));
  }
  CHECK(product_is_exact(integers({5000, 700}, 1), integers({700, 600}, 2)));
  CHECK(product_is_exact(integers({600, 700}, 1), integers({700, 5000}, 2)));
  CHECK(product_is_exact(integers({700, 5000}, 1), integers({5000, 600}, 2)));
  CHECK(product_is_exact(transpose(integers({512, 256}, 1)), integers({512, 512}, 2)));
}

}  // namespace
}  // namespace chronograd
