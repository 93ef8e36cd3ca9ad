#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/buffer.h"
#include "chronograd/graph/planning.h"
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

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// MB of memory that the process has.
double resident() {
  std::ifstream statm{"/proc/self/statm"};
  double whole = 0, pages = 0;
  statm >> whole >> pages;
  return pages * 4096 / (1 << 20);
}

int steps_of_soak() {
  const char* steps = std::getenv("CHRONOGRAD_TEST_STEPS");
  return steps == nullptr ? 300 : std::stoi(steps);
}

// It comes first: what other cases had and freed would count. CHRONOGRAD_TEST_STEPS=5000 takes a
// minute.
TEST_CASE("a process whose steps have random lengths is little larger than the largest step's") {
  Regression model;
  for (int step = 0; step < 3; ++step) model.bytes_after_step(longest, largest_batch);
  const double needed = resident();
  test::Draw draw{12};
  double most = 0;
  for (int step = 0; step < steps_of_soak(); ++step) {
    model.bytes_after_step(draw.between(1, static_cast<int>(longest)),
                           draw.between(1, static_cast<int>(largest_batch)));
    most = std::max(most, resident());
  }
  CAPTURE(needed);
  CAPTURE(most);
  CHECK(most <= needed * 1.4);
}

#endif

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

TEST_CASE("lengths that come again and again are planned twice at most") {
  forget_plans();
  Regression model;
  const auto misses_of_pass = [&] {
    const auto before = plan_counters().misses;
    for (std::int64_t time = 1; time <= longest; ++time) model.bytes_after_step(time, 8);
    return plan_counters().misses - before;
  };
  CHECK(misses_of_pass() == longest);
  misses_of_pass();
  CHECK(plan_counters().bytes > std::size_t{2} << 20);
  CHECK(misses_of_pass() == 0);
}

}  // namespace
}  // namespace chronograd
