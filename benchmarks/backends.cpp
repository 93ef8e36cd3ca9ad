// The vector loops against oneDNN's elementwise primitives, on one thread: prints the table of
// docs/backends.md. Nanoseconds an element are the least of many runs; errors are the largest over
// evenly spaced numbers, in units of the last place of f32.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <dnnl.hpp>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "chronograd/graph/kernels/loops.h"

namespace {

using namespace chronograd;
using dnnl::algorithm;

struct Case {
  const char* name;
  Scalar op;
  std::optional<algorithm> peer;
  long double (*exact)(long double);  // null: both are exact or of two operands
  double low = -10;
  double high = 10;
};

const Case cases[] = {
    {"abs", Scalar::abs, algorithm::eltwise_abs, nullptr},
    {"square", Scalar::square, algorithm::eltwise_square, nullptr},
    {"relu", Scalar::relu, algorithm::eltwise_relu, nullptr},
    {"round", Scalar::round, algorithm::eltwise_round, nullptr},
    {"sqrt", Scalar::sqrt, algorithm::eltwise_sqrt, [](long double x) { return std::sqrt(x); },
     0.01, 100},
    {"rsqrt", Scalar::rsqrt, {}, [](long double x) { return 1 / std::sqrt(x); }, 0.01, 100},
    {"exp", Scalar::exp, algorithm::eltwise_exp, [](long double x) { return std::exp(x); }},
    {"expm1", Scalar::expm1, {}, [](long double x) { return std::expm1(x); }},
    {"log", Scalar::log, algorithm::eltwise_log, [](long double x) { return std::log(x); }, 0.01,
     100},
    {"log1p", Scalar::log1p, {}, [](long double x) { return std::log1p(x); }, -0.9, 100},
    {"sin", Scalar::sin, {}, [](long double x) { return std::sin(x); }, -3, 3},
    {"cos", Scalar::cos, {}, [](long double x) { return std::cos(x); }, -1.5, 1.5},
    {"erf", Scalar::erf, {}, [](long double x) { return std::erf(x); }, -4, 4},
    {"sigmoid", Scalar::sigmoid, algorithm::eltwise_logistic,
     [](long double x) { return 1 / (1 + std::exp(-x)); }},
    {"tanh", Scalar::tanh, algorithm::eltwise_tanh, [](long double x) { return std::tanh(x); }},
    {"add", Scalar::add, algorithm::binary_add, nullptr},
    {"mul", Scalar::mul, algorithm::binary_mul, nullptr},
    {"div", Scalar::div, algorithm::binary_div, nullptr},
    {"maximum", Scalar::maximum, algorithm::binary_max, nullptr},
    {"less", Scalar::less, algorithm::binary_lt, nullptr},
};

std::vector<float> numbers(const Case& c, std::int64_t n) {
  std::vector<float> x(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<float>(c.low + (c.high - c.low) * (static_cast<double>(i) + 0.5) /
                                          static_cast<double>(n));
  }
  return x;
}

class Peer {
 public:
  Peer(const Case& c, float* x, float* y, std::int64_t n)
      : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    const dnnl::memory::desc shape{{n}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::a};
    const dnnl::memory from{shape, engine_, x};
    const dnnl::memory to{shape, engine_, y};
    const bool binary = operands(c.op) == 2;
    primitive_ = binary ? two_operands(*c.peer, shape) : one_operand(*c.peer, shape);
    arguments_ = {{DNNL_ARG_SRC_0, from}, {DNNL_ARG_DST, to}};
    if (binary) arguments_.insert({DNNL_ARG_SRC_1, from});
  }
  void operator()() {
    primitive_.execute(stream_, arguments_);
    stream_.wait();
  }

 private:
#if DNNL_VERSION_MAJOR >= 3
  dnnl::primitive one_operand(algorithm a, const dnnl::memory::desc& shape) const {
    return dnnl::eltwise_forward(
        {engine_, dnnl::prop_kind::forward_inference, a, shape, shape, 0.f, 0.f});
  }
  dnnl::primitive two_operands(algorithm a, const dnnl::memory::desc& shape) const {
    return dnnl::binary({engine_, a, shape, shape, shape});
  }
#else
  dnnl::primitive one_operand(algorithm a, const dnnl::memory::desc& shape) const {
    return dnnl::eltwise_forward(
        {{dnnl::prop_kind::forward_inference, a, shape, 0.f, 0.f}, engine_});
  }
  dnnl::primitive two_operands(algorithm a, const dnnl::memory::desc& shape) const {
    return dnnl::binary({{a, shape, shape, shape}, engine_});
  }
#endif

  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::primitive primitive_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

template <class F>
double nanoseconds(F f) {
  using Clock = std::chrono::steady_clock;
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 400; ++run) {
    const auto start = Clock::now();
    for (int k = 0; k < 4; ++k) f();
    const std::chrono::duration<double, std::nano> time = Clock::now() - start;
    best = std::min(best, time.count() / 4);
  }
  return best;
}

double ulps(const Case& c, const std::vector<float>& x, const std::vector<float>& y) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double exact = c.exact(static_cast<long double>(x[i]));
    const float size = std::abs(static_cast<float>(exact));
    const float unit = std::nextafter(size, std::numeric_limits<float>::infinity()) - size;
    worst = std::max(worst, static_cast<double>(std::abs(static_cast<long double>(y[i]) - exact) /
                                                static_cast<long double>(unit)));
  }
  return worst;
}

std::string text(const char* format, double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

void print(const Case& c) {
  std::string line = std::string("| ") + c.name;
  for (const std::int64_t n : {std::int64_t{1024}, std::int64_t{65536}}) {
    std::vector<float> x = numbers(c, n);
    std::vector<float> y(x.size());
    const detail::Loop loop = detail::loop(c.op, DType::f32);
    const auto ours = [&] { loop(x.data(), x.data(), x.data(), y.data(), x.size()); };
    ours();
    std::string errors = c.exact != nullptr ? text(" | %.1f", ulps(c, x, y)) : " | -";
    line += text(" | %.3f", nanoseconds(ours) / static_cast<double>(n));
    if (c.peer) {
      Peer peer{c, x.data(), y.data(), n};
      peer();
      errors += c.exact != nullptr ? text(" | %.1f", ulps(c, x, y)) : " | -";
      line += text(" | %.3f", nanoseconds([&] { peer(); }) / static_cast<double>(n));
    } else {
      line += " | -";
      errors += " | -";
    }
    if (n == 65536) line += errors;
  }
  std::printf("%s |\n", line.c_str());
}

}  // namespace

int main() {
  std::puts("| f32 | ours, 1,024 | oneDNN | ours, 65,536 | oneDNN | our ulps | oneDNN's |");
  std::puts("| --- | --- | --- | --- | --- | --- | --- |");
  for (const Case& c : cases) print(c);
}
