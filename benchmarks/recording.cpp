#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <ios>
#include <ostream>
#include <streambuf>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/dump.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"

// What a node costs besides its arithmetic: nanoseconds to record it and its gradient, for the
// first time and again, when it is compared with what an earlier tape recorded, and to run it on a
// single row of 8 numbers.
namespace {

using namespace chronograd;

constexpr int length = 1'000;

Tensor add_next(const Tensor& h, const Tensor& x) { return add(h, x); }
Tensor sigmoid_next(const Tensor& h, const Tensor&) { return sigmoid(h); }
Tensor matmul_next(const Tensor& h, const Tensor& w) { return matmul(h, w); }
Tensor split_next(const Tensor& h, const Tensor&) { return split(h, 1).front(); }

using Next = Tensor (*)(const Tensor&, const Tensor&);

Tensor chain(Next next, Tensor h, const Tensor& x) {
  for (int k = 0; k < length; ++k) h = next(h, x);
  return h;
}

void report(benchmark::State& state, double nodes) {
  state.counters["per_node"] = benchmark::Counter(
      nodes, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

enum class Seen { never, before };

template <Seen seen>
void record(benchmark::State& state, Next next, Shape shape) {
  const Tensor h = ones({1, 8});
  const Tensor x = full(shape, 0.125).detach();
  for (auto _ : state) {
    state.PauseTiming();
    if (seen == Seen::never) forget_plans();
    state.ResumeTiming();
    const Tape tape;
    benchmark::DoNotOptimize(chain(next, h, x));
  }
  report(state, length);
}

template <Seen seen>
void record_gradient(benchmark::State& state, Next next, Shape shape) {
  const Tensor h = ones({1, 8});
  const Tensor x = full(shape, 0.125).detach();
  std::size_t nodes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    if (seen == Seen::never) forget_plans();
    {
      const Tape tape;
      const Tensor y = sum(chain(next, h, x));
      const std::size_t before = tape.recording().size();
      const std::vector<Tensor> xs{h, x};
      state.ResumeTiming();
      benchmark::DoNotOptimize(gradient(y, xs));
      state.PauseTiming();
      nodes = tape.recording().size() - before;
    }
    state.ResumeTiming();
  }
  report(state, static_cast<double>(nodes));
}

void record_and_evaluate(benchmark::State& state, Next next, Shape shape) {
  const Tensor h = ones({1, 8});
  const Tensor x = full(shape, 0.125).detach();
  for (auto _ : state) {
    const Tape tape;
    benchmark::DoNotOptimize(sum(chain(next, h, x)).item());
  }
  report(state, length);
}

// The gradient of rows of a matrix, which each step sees through a view of its own; per step.
void gradient_through_views(benchmark::State& state) {
  const std::int64_t steps = state.range(0);
  const Tensor numbers = full({16, steps}, 0.5).detach();
  for (auto _ : state) {
    const Tape tape;
    Tensor y = zeros({16});
    for (std::int64_t t = 0; t < steps; ++t) y = add(y, sigmoid(at(transpose(numbers), t)));
    evaluate(gradient(sum(y), numbers));
  }
  report(state, static_cast<double>(steps));
}

// A long tape, the second time; per node.
void record_long_again(benchmark::State& state) {
  const Tensor x = full({1, 8}, 0.125).detach();
  for (auto _ : state) {
    const Tape tape;
    Tensor h = x;
    for (std::int64_t k = 0; k < state.range(0); ++k) h = add(h, x);
    benchmark::DoNotOptimize(h);
  }
  report(state, static_cast<double>(state.range(0)));
}

// A chain so long that its memory costs as much as its nodes; per node of all.
enum class Part { gradient, evaluation, dump };

struct Nowhere : std::streambuf {
  int overflow(int c) override { return c; }
  std::streamsize xsputn(const char*, std::streamsize count) override { return count; }
};

template <Part timed>
void long_chain(benchmark::State& state) {
  const Tensor x = full({}, 0.5).detach();
  const auto run = [&state](Part part, auto work) {
    if (part == timed) state.ResumeTiming();
    work();
    if (part == timed) state.PauseTiming();
  };
  std::size_t nodes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    forget_plans();
    {
      const Tape tape;
      Tensor y = x;
      while (tape.recording().size() < static_cast<std::size_t>(state.range(0))) y = tanh(y) + x;
      Tensor g;
      run(Part::gradient, [&] { g = gradient(y, x); });
      run(Part::evaluation, [&] { evaluate(y, g); });
      Nowhere nowhere;
      std::ostream out{&nowhere};
      run(Part::dump, [&] { dump(tape, out); });
      nodes = tape.recording().size();
    }
    state.ResumeTiming();
  }
  report(state, static_cast<double>(nodes));
}

#define ALL_OPS(f)                                     \
  BENCHMARK_CAPTURE(f, add, add_next, {1, 8});         \
  BENCHMARK_CAPTURE(f, sigmoid, sigmoid_next, {1, 8}); \
  BENCHMARK_CAPTURE(f, matmul, matmul_next, {8, 8});   \
  BENCHMARK_CAPTURE(f, split, split_next, {1, 8})

constexpr auto record_first = record<Seen::never>;
constexpr auto record_again = record<Seen::before>;
constexpr auto record_gradient_first = record_gradient<Seen::never>;
constexpr auto record_gradient_again = record_gradient<Seen::before>;

ALL_OPS(record_first);
ALL_OPS(record_again);
ALL_OPS(record_gradient_first);
ALL_OPS(record_gradient_again);
ALL_OPS(record_and_evaluate);
BENCHMARK(gradient_through_views)->RangeMultiplier(2)->Range(512, 4096);
BENCHMARK(record_long_again)->RangeMultiplier(10)->Range(10'000, 1'000'000);
BENCHMARK(long_chain<Part::gradient>)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(long_chain<Part::evaluation>)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(long_chain<Part::dump>)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
