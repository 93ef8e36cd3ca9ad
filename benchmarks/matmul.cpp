#include "chronograd/ops/matmul.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/graph/threads.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/transpose.h"

namespace {

using namespace chronograd;

Tensor numbers(Shape shape, DType dtype = DType::f32) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = static_cast<double>(k * 2654435761 % 1000) / 500 - 1;
  }
  return cast(Tensor::adopt(std::move(values), shape), dtype);
}

void report(benchmark::State& state, std::int64_t flops) {
  state.counters["GFLOP/s"] = benchmark::Counter(
      static_cast<double>(flops) * 1e-9 * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}

// [M, K] x [K, N] with 1 and 2 threads: what layers of 64, 200 and 512 units ask for, a step and a
// whole sequence at a time.
void sizes(benchmark::internal::Benchmark* b) {
  for (const auto& [k, n] : {std::pair{64, 256}, std::pair{200, 800}, std::pair{512, 2048}}) {
    for (const int m : {1, 16, 64, 3200}) {
      for (const int count : {1, 2}) b->Args({m, k, n, count});
    }
  }
  b->ArgNames({"M", "K", "N", "threads"})->UseRealTime();
}

// On a tape, where the transposed operand is a view.
template <class Product>
void repeat(benchmark::State& state, int count, const Product& product) {
  const int before = threads();
  set_threads(count);
  const Tape tape{Tape::forward_only};
  evaluate(product());
  for (auto _ : state) evaluate(product());
  set_threads(before);
}

template <class Product>
void run(benchmark::State& state, const Tensor& a, const Tensor& b, const Product& product) {
  repeat(state, static_cast<int>(state.range(3)), [&] { return product(a, b); });
  report(state, 2 * state.range(0) * state.range(1) * state.range(2));
}

void f32(benchmark::State& state) {
  run(state, numbers({state.range(0), state.range(1)}), numbers({state.range(1), state.range(2)}),
      [](const Tensor& a, const Tensor& b) { return matmul(a, b); });
}
BENCHMARK(f32)->Apply(sizes);

void f64(benchmark::State& state) {
  run(state, numbers({state.range(0), state.range(1)}, DType::f64),
      numbers({state.range(1), state.range(2)}, DType::f64),
      [](const Tensor& a, const Tensor& b) { return matmul(a, b); });
}
BENCHMARK(f64)->Apply(sizes);

// The gradient of the rows: dy W^T.
void gradient_of_input(benchmark::State& state) {
  run(state, numbers({state.range(0), state.range(2)}), numbers({state.range(1), state.range(2)}),
      [](const Tensor& dy, const Tensor& w) { return matmul(dy, transpose(w)); });
}
BENCHMARK(gradient_of_input)->Apply(sizes);

// The gradient of the weights: x^T dy.
void gradient_of_weights(benchmark::State& state) {
  run(state, numbers({state.range(0), state.range(1)}), numbers({state.range(0), state.range(2)}),
      [](const Tensor& x, const Tensor& dy) { return matmul(transpose(x), dy); });
}
BENCHMARK(gradient_of_weights)->Apply(sizes);

// Scores of attention: [batch, 1, hidden] x [batch, hidden, time].
void attention(benchmark::State& state) {
  const Tensor query = numbers({64, 1, 512});
  const Tensor keys = numbers({64, 50, 512});
  repeat(state, static_cast<int>(state.range(0)), [&] { return matmul(query, transpose(keys)); });
  report(state, 2LL * 64 * 50 * 512);
}
BENCHMARK(attention)->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime();

}  // namespace
