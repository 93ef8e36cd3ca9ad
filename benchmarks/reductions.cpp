#include <benchmark/benchmark.h>

#include <vector>

#include "chronograd/graph/threads.h"
#include "chronograd/ops/argmax.h"
#include "chronograd/ops/log_softmax.h"
#include "chronograd/ops/max.h"
#include "chronograd/ops/softmax.h"
#include "chronograd/ops/sum.h"

namespace {

using namespace chronograd;

Tensor numbers(Shape shape) {
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = static_cast<float>(k * 2654435761 % 1000) / 500 - 1;
  }
  return Tensor::adopt(std::move(values), shape);
}

template <class F>
void run(benchmark::State& state, const Tensor& x, F f) {
  const int before = threads();
  set_threads(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(f(x));
  set_threads(before);
  state.counters["s/element"] =
      benchmark::Counter(static_cast<double>(x.size()) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

#define REDUCTION(name, shape, expression)                                  \
  void name(benchmark::State& state) {                                      \
    run(state, numbers(shape), [](const Tensor& x) { return expression; }); \
  }                                                                         \
  BENCHMARK(name)->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime()

REDUCTION(sum_of_bias_gradient, (Shape{3200, 512}), sum(x, 0));
REDUCTION(sum_of_a_small_bias_gradient, (Shape{64, 512}), sum(x, 0));
REDUCTION(sum_of_rows, (Shape{3200, 512}), sum(x, 1));
REDUCTION(sum_of_short_rows, (Shape{32000, 8}), sum(x, 1));
REDUCTION(sum_of_middle_axis, (Shape{64, 50, 512}), sum(x, 1));
REDUCTION(sum_of_short_middle_axis, (Shape{3200, 4, 16}), sum(x, 1));
REDUCTION(sum_of_all, (Shape{3200, 512}), sum(x));
REDUCTION(max_of_rows, (Shape{3200, 512}), max(x, 1));
REDUCTION(max_of_columns, (Shape{3200, 512}), max(x, 0));
REDUCTION(argmax_of_rows, (Shape{3200, 64}), argmax(x));
REDUCTION(softmax_of_rows, (Shape{3200, 512}), softmax(x));
REDUCTION(softmax_of_attention, (Shape{64, 50}), softmax(x));
REDUCTION(softmax_of_columns, (Shape{512, 3200}), softmax(x, 0));
REDUCTION(log_softmax_of_rows, (Shape{3200, 64}), log_softmax(x));

}  // namespace
