#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "chronograd/graph/random.h"
#include "chronograd/graph/threads.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/scatter_add.h"
#include "chronograd/ops/softmax.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/sum.h"

// Ops that mostly move memory, on one thread, in bytes read and written a second; memcpy of as much
// shows what the machine can do.
namespace {

using namespace chronograd;

constexpr std::int64_t rows = 3200;
constexpr std::int64_t columns = 512;
constexpr double bytes = 4. * rows * columns;

Tensor numbers() { return full({rows, columns}, 0.5).detach(); }

Tensor indices() {
  RandomStream random{3};
  std::vector<std::int64_t> values(rows);
  for (auto& v : values) v = static_cast<std::int64_t>(random.below(1000));
  return Tensor::adopt(std::move(values), {rows});
}

template <class F>
void run(benchmark::State& state, double moved, F f) {
  const int before = threads();
  set_threads(1);
  for (auto _ : state) benchmark::DoNotOptimize(f());
  set_threads(before);
  state.counters["bytes"] =
      benchmark::Counter(moved, benchmark::Counter::kIsIterationInvariantRate);
}

void copy_of_memory(benchmark::State& state) {
  const Tensor x = numbers();
  run(state, 2 * bytes, [&] {
    Array y = Array::allocate(x.shape(), DType::f32);
    std::memcpy(y.data, x.values<float>().data(), static_cast<std::size_t>(bytes));
    return y.data;
  });
}
void concat_along_axis_0(benchmark::State& state) {
  const std::vector<Tensor> parts(4, numbers());
  run(state, 8 * bytes, [&] { return concat(parts, 0); });
}
void concat_along_axis_1(benchmark::State& state) {
  const std::vector<Tensor> parts(4, numbers());
  run(state, 8 * bytes, [&] { return concat(parts, 1); });
}
void gather_rows(benchmark::State& state) {
  const Tensor table = full({1000, columns}, 0.5).detach();
  const Tensor which = indices();
  run(state, 2 * bytes, [&] { return gather(table, which); });
}
void scatter_add_of_an_embedding(benchmark::State& state) {
  const Tensor table = full({1000, columns}, 0.5).detach();
  const Tensor which = indices();
  const Tensor dy = numbers();
  run(state, 3 * bytes, [&] { return scatter_add(table, which, dy); });
}
void sum_of_a_bias_gradient(benchmark::State& state) {
  const Tensor x = numbers();
  run(state, bytes, [&] { return sum(x, 0); });
}
void softmax_of_a_middle_axis(benchmark::State& state) {
  const Tensor x = full({64, 50, columns}, 0.5).detach();
  run(state, 2 * bytes, [&] { return softmax(x, 1); });
}
void softmax_of_the_last_axis(benchmark::State& state) {
  const Tensor x = numbers();
  run(state, 2 * bytes, [&] { return softmax(x); });
}

BENCHMARK(copy_of_memory);
BENCHMARK(concat_along_axis_0);
BENCHMARK(concat_along_axis_1);
BENCHMARK(gather_rows);
BENCHMARK(scatter_add_of_an_embedding);
BENCHMARK(sum_of_a_bias_gradient);
BENCHMARK(softmax_of_a_middle_axis);
BENCHMARK(softmax_of_the_last_axis);

}  // namespace
