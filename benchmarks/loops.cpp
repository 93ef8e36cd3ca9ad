// Nanoseconds per element of each scalar instruction's loop, over 4096 elements.

#include "chronograd/graph/kernels/loops.h"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace chronograd::detail {
namespace {

constexpr std::size_t elements = 4096;

struct Named {
  const char* name;
  Scalar op;
};

constexpr Named instructions[] = {
    {"copy", Scalar::copy},       {"neg", Scalar::neg},     {"sign", Scalar::sign},
    {"sqrt", Scalar::sqrt},       {"rsqrt", Scalar::rsqrt}, {"exp", Scalar::exp},
    {"expm1", Scalar::expm1},     {"log", Scalar::log},     {"log1p", Scalar::log1p},
    {"sin", Scalar::sin},         {"cos", Scalar::cos},     {"erf", Scalar::erf},
    {"sigmoid", Scalar::sigmoid}, {"tanh", Scalar::tanh},   {"relu", Scalar::relu},
    {"floor", Scalar::floor},     {"round", Scalar::round}, {"add", Scalar::add},
    {"mul", Scalar::mul},         {"div", Scalar::div},     {"pow", Scalar::pow},
    {"minimum", Scalar::minimum}, {"less", Scalar::less},   {"logical_and", Scalar::logical_and},
    {"select", Scalar::select},
};

template <class T>
void run(benchmark::State& state, Scalar op) {
  std::vector<T> a(elements);
  for (std::size_t i = 0; i < elements; ++i) a[i] = static_cast<T>(0.001 * double(i + 1));
  std::vector<T> out(elements);
  const Loop found = loop(op, dtype_of<T>());
  for (auto _ : state) {
    found(a.data(), a.data(), a.data(), out.data(), elements);
    benchmark::ClobberMemory();
  }
  // An inverted rate is a time: printed as "123p" for 0.123 ns.
  state.counters["per_element"] =
      benchmark::Counter(double(elements), benchmark::Counter::kIsIterationInvariantRate |
                                               benchmark::Counter::kInvert);
}

const bool registered = [] {
  for (const auto& [name, op] : instructions) {
    for (const DType dtype : {DType::f32, DType::f64}) {
      const std::string title = std::string(name) + "/" + std::string(chronograd::name(dtype));
      benchmark::RegisterBenchmark(title.c_str(), dtype == DType::f32 ? run<float> : run<double>,
                                   op);
    }
  }
  return true;
}();

}  // namespace
}  // namespace chronograd::detail
