// What an op costs besides its arithmetic: chains of a thousand on 8 numbers.
#include <chronograd/chronograd.h>
#include <fmt/core.h>

#include "draw.h"
#include "timing.h"
#include "workload.h"

namespace workloads {
namespace {

using namespace chronograd;

constexpr int length = 1'000;
constexpr int runs = 60;

using Op = Tensor (*)(const Tensor& y, const Tensor& k);

Tensor chain(Op op, const Tensor& x, const Tensor& k) {
  Tensor y = x;
  for (int n = 0; n < length; ++n) y = op(y, k);
  return y;
}

void print(const char* name, const std::vector<double>& forward,
           const std::vector<double>& backward) {
  const auto nanoseconds = [](const std::vector<double>& times) {
    return times.empty() ? 0 : percentile(times, 0.5) * 1e6 / length;
  };
  fmt::print("chronograd\toverhead_{}\t{}\tfwd_ns/op={:.0f}\tbwd_ns/op={:.0f}\n", name, threads(),
             nanoseconds(forward), nanoseconds(backward));
}

void train(const char* name, Op op, const Tensor& x, const Tensor& k) {
  std::vector<double> forward;
  std::vector<double> backward;
  for (int run = 0; run < runs; ++run) {
    const double start = now();
    const Tape tape;
    const Tensor y = chain(op, x, k);
    evaluate(y);
    const double middle = now();
    evaluate(gradient(sum(y), std::vector<Tensor>{x, k}));
    backward.push_back(now() - middle);
    forward.push_back(middle - start);
  }
  print(name, forward, backward);
}

void infer(const char* name, Op op, const Tensor& x, const Tensor& k) {
  std::vector<double> forward;
  for (int run = 0; run < runs; ++run) {
    const double start = now();
    const Tape tape{Tape::forward_only};
    evaluate(chain(op, x, k));
    forward.push_back(now() - start);
  }
  print(name, forward, {});
}

}  // namespace

void overhead() {
  const Op add = [](const Tensor& y, const Tensor& k) { return y + k; };
  const Op mul = [](const Tensor& y, const Tensor& k) { return y * k; };
  const Op tanh_only = [](const Tensor& y, const Tensor&) { return tanh(y); };
  const Op product = [](const Tensor& y, const Tensor& k) { return matmul(y, k); };
  Draw draw;
  const Tensor x = draw.numbers({8});
  const Tensor k = draw.numbers({8});
  train("add8", add, x, k);
  train("mul8", mul, x, k);
  train("tanh8", tanh_only, x, k);
  train("matmul1x8x8", product, draw.numbers({1, 8}), draw.numbers({8, 8}, 0.1f));
  infer("add8_nograd", add, x, k);
}

}  // namespace workloads
