#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/buffer.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/square.h"
#include "chronograd/optim/adam.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

constexpr std::int64_t longest = 40, largest_batch = 48, input = 32;

struct Regression {
  Random random{3};
  Parameters parameters{random};
  LSTM lstm{parameters / "lstm", {.input = input, .hidden = 96}};
  Adam adam{parameters, {.rate = 1e-3}};

  /// Bytes of the pool after a step, of blocks in use and of idle ones.
  std::size_t bytes_after_step(std::int64_t time, std::int64_t batch) {
    {
      const Tensor xs = full({time, batch, input}, 0.5);
      Tape tape{random};
      adam.step(backward(mean(square(lstm(xs).outputs)), parameters));
    }
    const auto [used, idle] = memory_in_use();
    return used + idle;
  }
};

TEST_CASE("steps of random lengths and batches need little more memory than the largest alone") {
#if defined(__SANITIZE_ADDRESS__)
  MESSAGE("skipped: nothing is pooled under this sanitizer");
#else
  trim_memory();
  Regression model;
  std::size_t needed = 0;
  for (int step = 0; step < 3; ++step) {
    needed = std::max(needed, model.bytes_after_step(longest, largest_batch));
  }
  trim_memory();
  test::Draw draw{11};
  std::size_t most = 0;
  for (int step = 0; step < 150; ++step) {
    const std::int64_t time = draw.between(1, static_cast<int>(longest));
    const std::int64_t batch = draw.between(1, static_cast<int>(largest_batch));
    most = std::max(most, model.bytes_after_step(time, batch));
  }
  most = std::max(most, model.bytes_after_step(longest, largest_batch));
  CAPTURE(needed);
  CAPTURE(most);
  CHECK(needed > std::size_t{9} << 20);
  CHECK(most <= needed + needed / 5);
#endif
}

}  // namespace
}  // namespace chronograd
