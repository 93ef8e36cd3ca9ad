#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

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

Tensor halves(Shape shape) { return full(shape, 0.5); }
Tensor quarters(Shape shape) { return full(shape, 0.25); }

TEST_CASE("signals that come during a product of any shape find the stack where it belongs") {
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

TEST_CASE("and so they do when operands are transposed or the product is one of many") {
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
}

TEST_CASE("and so they do on the threads of the pool") {
  const UseThreads three(3);
  const test::SendSignals signals;
  for (const std::int64_t depth : {256, 600}) {
    multiply_under_signals(signals, halves({512, depth}), quarters({depth, 300}));
    multiply_under_signals(signals, halves({64, depth}), quarters({depth, 2048}));
    multiply_under_signals(signals, halves({7, 64, depth}), quarters({7, depth, 64}));
  }
}

TEST_CASE("a product that is cut, so that signals need not wait for long, is right") {
  const UseThreads one(1);
  const Tensor by_rows = matmul(halves({5000, 700}), quarters({700, 600}));
  const Tensor by_columns = matmul(halves({600, 700}), quarters({700, 5000}));
  const Tensor by_depth = matmul(halves({700, 5000}), quarters({5000, 600}));
  CHECK(all_are(by_rows, 700.0f / 8));
  CHECK(all_are(by_columns, 700.0f / 8));
  CHECK(all_are(by_depth, 5000.0f / 8));
}

}  // namespace
}  // namespace chronograd
