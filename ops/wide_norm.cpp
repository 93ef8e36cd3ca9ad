#include "chronograd/ops/wide_norm.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "chronograd/graph/kernels/threads.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/magnitude_loops.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// Summed on their own and added in order, so that the bits depend on no number of threads.
constexpr std::int64_t block = 32768;

template <class T, class F>
double sum_of_blocks(const T* x, std::int64_t n, const F& sum_of) {
  if (n <= block) return sum_of(x, n);
  std::vector<double> sums(static_cast<std::size_t>((n + block - 1) / block));
  detail::parallel_for(std::ssize(sums), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; ++k) {
      sums[static_cast<std::size_t>(k)] = sum_of(x + k * block, std::min(block, n - k * block));
    }
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

// Squares of f32 always fit into f64. Those of f64 are taken again of scaled numbers when they
// may have overflowed, or vanished in a sum as small as this.
template <class T>
double norm_of(const Array& array) {
  constexpr double smallest_safe = 1e-280;
  const detail::MagnitudeLoops<T>& loops = detail::magnitude_loops<T>();
  const T* x = array.as<T>();
  const std::int64_t n = array.shape.size();
  const auto scaled_sum = [&](double scale) {
    return sum_of_blocks(x, n, [&](const T* from, std::int64_t count) {
      return loops.sum_of_squares(from, count, scale);
    });
  };
  const double sum = scaled_sum(1);
  if (std::is_same_v<T, float> || std::isnan(sum)) return std::sqrt(sum);
  if (sum >= smallest_safe && !std::isinf(sum)) return std::sqrt(sum);
  const double largest = loops.largest(x, n);
  if (largest == 0 || !std::isfinite(largest)) return largest;
  const int exponent = std::clamp(std::ilogb(largest), -1000, 1000);
  return std::ldexp(std::sqrt(scaled_sum(std::ldexp(1.0, -exponent))), exponent);
}

void infer(Inference& inference) {
  if (!is_floating(inference.dtype(0))) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(0))),
                               "it must be f32 or f64; cast it first");
  }
  inference.output({}, DType::f64);
}

void kernel(const Run& run) {
  const Array x = dense(run.inputs[0]);
  *run.outputs[0].as<double>() = x.dtype == DType::f32 ? norm_of<float>(x) : norm_of<double>(x);
}

// In f64, where neither the norm nor one over it is out of range for numbers of f32.
Tensor gradient(const Differential& d, int) {
  const Tensor none = equal(d.output(), 0);
  const Tensor direction = cast(d.input(0), DType::f64) / where(none, 1, d.output());
  return cast(d.dy() * where(none, 0, direction), d.input_dtype(0));
}

const Op op{
    .name = "wide_norm",
    .infer = infer,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1, .outputs = 1}}},
    .cost =
        [](const Inference& inference) {
          const auto elements = static_cast<double>(inference.shape(0).size());
          return Cost{2 * elements, elements * static_cast<double>(size_of(inference.dtype(0)))};
        },
};

}  // namespace

Tensor wide_norm(Operand x) { return apply(op, x); }

}  // namespace chronograd
