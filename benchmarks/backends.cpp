// The elementwise ops by their programs, as vector loops, and by oneDNN's primitives, alone and on
// one thread: prints the table of docs/backends.md. Nanoseconds an element are the least of many
// runs; errors are the largest over evenly spaced numbers, in units of the last place of f32.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "chronograd/graph/array.h"
#include "chronograd/graph/kernels/flush_denormals.h"
#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/recording.h"
#include "chronograd/graph/tape.h"
#include "chronograd/graph/threads.h"
#include "chronograd/ops.h"

namespace {

using namespace chronograd;

struct Case {
  const char* name;
  Tensor (*apply)(const Tensor&);
  long double (*exact)(long double);  // null: both are exact or of two operands
  double low = -10;
  double high = 10;
};

long double sigmoid_of(long double x) { return 1 / (1 + std::exp(-x)); }
long double gelu_of(long double x) { return x * std::erfc(-x / std::sqrt(2.0L)) / 2; }
long double gelu_tanh_of(long double x) {
  return x * sigmoid_of(2 * std::sqrt(2 / std::acos(-1.0L)) * (x + 0.044715L * x * x * x));
}

const Case cases[] = {
    {"abs", [](const Tensor& x) { return abs(x); }, nullptr},
    {"clamp", [](const Tensor& x) { return clamp(x, -1, 1); }, nullptr},
    {"elu", [](const Tensor& x) { return elu(x); },
     [](long double x) { return x < 0 ? std::expm1(x) : x; }},
    {"exp", [](const Tensor& x) { return exp(x); }, [](long double x) { return std::exp(x); }},
    {"gelu", [](const Tensor& x) { return gelu(x); }, gelu_of, -2, 5},
    {"gelu_tanh", [](const Tensor& x) { return gelu_tanh(x); }, gelu_tanh_of, -5, 5},
    {"hard_sigmoid", [](const Tensor& x) { return hard_sigmoid(x); }, nullptr},
    {"leaky_relu", [](const Tensor& x) { return leaky_relu(x, 0.1); }, nullptr},
    {"log", [](const Tensor& x) { return log(x); }, [](long double x) { return std::log(x); }, 0.01,
     100},
    {"pow(x, 1.7)", [](const Tensor& x) { return pow(x, 1.7); },
     [](long double x) { return std::pow(x, static_cast<long double>(1.7f)); }, 0.01, 100},
    {"relu", [](const Tensor& x) { return relu(x); }, nullptr},
    {"round", [](const Tensor& x) { return round(x); }, nullptr},
    {"sigmoid", [](const Tensor& x) { return sigmoid(x); }, sigmoid_of},
    {"silu", [](const Tensor& x) { return silu(x); },
     [](long double x) { return x * sigmoid_of(x); }},
    {"softplus", [](const Tensor& x) { return softplus(x); },
     [](long double x) { return std::log1p(std::exp(x)); }},
    {"sqrt", [](const Tensor& x) { return sqrt(x); }, [](long double x) { return std::sqrt(x); },
     0.01, 100},
    {"square", [](const Tensor& x) { return square(x); }, nullptr},
    {"tanh", [](const Tensor& x) { return tanh(x); }, [](long double x) { return std::tanh(x); }},
    {"add", [](const Tensor& x) { return add(x, x); }, nullptr},
    {"sub", [](const Tensor& x) { return sub(x, x); }, nullptr},
    {"mul", [](const Tensor& x) { return mul(x, x); }, nullptr},
    {"div", [](const Tensor& x) { return div(x, x); }, nullptr},
    {"minimum", [](const Tensor& x) { return minimum(x, x); }, nullptr},
    {"maximum", [](const Tensor& x) { return maximum(x, x); }, nullptr},
    {"less", [](const Tensor& x) { return less(x, x); }, nullptr},
    {"equal", [](const Tensor& x) { return equal(x, x); }, nullptr},
};

Array numbers(const Case& c, std::int64_t n) {
  const Array x = Array::allocate({n}, DType::f32);
  for (std::int64_t i = 0; i < n; ++i) {
    const double part = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    x.as<float>()[i] = static_cast<float>(c.low + (c.high - c.low) * part);
  }
  return x;
}

Array number(double value) {
  const Array x = Array::allocate({}, DType::f32);
  *x.as<float>() = static_cast<float>(value);
  return x;
}

/// The op of a case, and what it works on.
class Work {
 public:
  Work(const Case& c, const Array& x) {
    const Tape tape{Tape::forward_only};
    const Tensor y = c.apply(detail::tensor_of(x));
    const RecordingView recording = tape.recording();
    const NodeView node = recording[static_cast<NodeId>(recording.size() - 1)];
    op_ = &node.op();
    for (const OutputId input : node.inputs()) {
      const auto constant = recording[recording.node_of(input)].number();
      inputs_.push_back(constant ? number(*constant) : x);
    }
    output_ = Array::allocate(y.shape(), y.dtype());
  }

  void loops() { detail::interpret(op_->program.code, inputs_, output_); }
  void onednn() { op_->kernel({*op_, {}, {}, inputs_, {&output_, 1}}); }
  const float* result() const { return output_.as<float>(); }

 private:
  const Op* op_;
  std::vector<Array> inputs_;
  Array output_;
};

/// The least of many runs of some microseconds each.
template <class F>
double nanoseconds(std::int64_t n, F f) {
  using Clock = std::chrono::steady_clock;
  const int times = n < 10000 ? 8 : 1;
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < (n > 100000 ? 60 : 400); ++run) {
    const auto start = Clock::now();
    for (int k = 0; k < times; ++k) f();
    const std::chrono::duration<double, std::nano> time = Clock::now() - start;
    best = std::min(best, time.count() / times);
  }
  return best / static_cast<double>(n);
}

std::string text(const char* format, double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string ulps(const Case& c, const Array& x, const float* y) {
  if (c.exact == nullptr) return "-";
  double worst = 0;
  for (std::int64_t i = 0; i < x.shape.size(); ++i) {
    const long double exact = c.exact(static_cast<long double>(x.as<float>()[i]));
    const float size = std::abs(static_cast<float>(exact));
    const float unit = std::nextafter(size, std::numeric_limits<float>::infinity()) - size;
    worst = std::max(worst, static_cast<double>(std::abs(static_cast<long double>(y[i]) - exact) /
                                                static_cast<long double>(unit)));
  }
  return text("%.1f", worst);
}

void print(const Case& c) {
  std::string line = std::string("| ") + c.name;
  std::string errors;
  for (const std::int64_t n : {1024, 65536, 1048576}) {
    const Array x = numbers(c, n);
    Work work(c, x);
    line += text(" | %.3f", nanoseconds(n, [&] { work.loops(); }));
    errors = " | " + ulps(c, x, work.result());
    line += text(" | %.3f", nanoseconds(n, [&] { work.onednn(); }));
    errors += " | " + ulps(c, x, work.result());
  }
  std::printf("%s%s |\n", line.c_str(), errors.c_str());
}

}  // namespace

int main() {
  set_threads(1);
  const detail::FlushDenormals flush;
  std::puts(
      "| f32 | ours, 1 K | oneDNN | ours, 64 K | oneDNN | ours, 1 M | oneDNN | our ulps | oneDNN's "
      "|");
  std::puts("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const Case& c : cases) print(c);
}
