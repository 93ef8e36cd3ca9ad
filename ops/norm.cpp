#include "chronograd/ops/norm.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "chronograd/graph/kernels/threads.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/magnitude_loops.h"
#include "chronograd/ops/detail/reduction.h"
#include "chronograd/ops/detail/reduction_kernels.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// Squares of f32 always fit into f64. Those of f64 are taken again of numbers times a power of two
// where they may have overflowed, or vanished in a sum as small as this.
constexpr double down = 0x1p-600;
constexpr double up = 0x1p600;
bool overflowed(double norm) { return std::isinf(norm); }
bool vanished(double norm) { return norm < 1e-140; }

void take_again(const Array& x, std::uint32_t axes, const Array& norms, double scale,
                bool (*wrong)(double)) {
  double* first = norms.as<double>();
  double* last = first + norms.shape.size();
  if (std::none_of(first, last, wrong)) return;
  const Array scaled = Array::allocate(x.shape, DType::f64);
  copy(x, scaled);
  std::for_each_n(scaled.as<double>(), x.shape.size(), [scale](double& v) { v *= scale; });
  const Array others = Array::allocate(norms.shape, DType::f64);
  detail::root_mean_square(scaled, axes, others, 1);
  std::transform(first, last, others.as<double>(), first,
                 [&](double norm, double other) { return wrong(norm) ? other / scale : norm; });
}

void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  const Array& norms = run.outputs[0];
  const std::uint32_t axes = detail::reduced_axes(x.shape, run.attributes.integers);
  detail::root_mean_square(x, axes, norms, 1);
  if (x.dtype == DType::f32) return;
  take_again(x, axes, norms, down, overflowed);
  take_again(x, axes, norms, up, vanished);
}

// x / y first, since dy / y may leave the range of the numbers.
Tensor gradient(const Differential& d, int) {
  const Tensor none = equal(d.output(), 0);
  const Tensor y = detail::repeat_to_input(d, where(none, 1, d.output()));
  const Tensor direction = where(detail::repeat_to_input(d, none), 0, d.input(0) / y);
  return direction * detail::repeat_to_input(d, d.dy());
}

const Op op{
    .name = "norm",
    .infer = detail::infer_floating_reduction,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1, .outputs = 1}}},
    .algebra = {.stacks = detail::reduction_stacks},
    .cost = detail::reduction_cost,
};

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

template <class T>
double norm_of(const Array& array) {
  const detail::MagnitudeLoops<T>& loops = detail::magnitude_loops<T>();
  const auto scaled = [&](double scale) {
    const auto sum_of = [&](const T* x, std::int64_t n) {
      return loops.sum_of_squares(x, n, scale);
    };
    return std::sqrt(sum_of_blocks(array.as<T>(), array.shape.size(), sum_of)) / scale;
  };
  const double norm = scaled(1);
  if (std::is_same_v<T, float>) return norm;
  if (overflowed(norm)) return scaled(down);
  return vanished(norm) ? scaled(up) : norm;
}

void infer_wide(Inference& inference) {
  if (!is_floating(inference.dtype(0))) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(0))),
                               "it must be f32 or f64; cast it first");
  }
  inference.output({}, DType::f64);
}

void wide_kernel(const Run& run) {
  const Array x = dense(run.inputs[0]);
  *run.outputs[0].as<double>() = x.dtype == DType::f32 ? norm_of<float>(x) : norm_of<double>(x);
}

// In f64, where neither the norm nor one over it is out of range for numbers of f32.
Tensor wide_gradient(const Differential& d, int) {
  const Tensor none = equal(d.output(), 0);
  const Tensor direction = cast(d.input(0), DType::f64) / where(none, 1, d.output());
  return cast(d.dy() * where(none, 0, direction), d.input_dtype(0));
}

const Op wide_op{
    .name = "wide_norm",
    .infer = infer_wide,
    .kernel = wide_kernel,
    .gradient = wide_gradient,
    .gradient_reads = {{{.inputs = 1, .outputs = 1}}},
    .cost =
        [](const Inference& inference) {
          const auto elements = static_cast<double>(inference.shape(0).size());
          return Cost{2 * elements, elements * static_cast<double>(size_of(inference.dtype(0)))};
        },
};

}  // namespace

Tensor norm(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(op, std::move(x), axes, keep);
}

Tensor norm(Operand x, std::initializer_list<int> axes, bool keep) {
  return norm(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}

Tensor norm(Operand x, int axis, bool keep) { return norm(std::move(x), {axis}, keep); }

Tensor norm(Operand x) { return detail::apply_full_reduction(op, std::move(x)); }

Tensor wide_norm(Operand x) { return apply(wide_op, std::move(x)); }

}  // namespace chronograd
