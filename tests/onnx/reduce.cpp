#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "chronograd/ops.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

using Reduction = Tensor (*)(Operand, std::span<const int>, bool);

// The axes an operator of any version reduces: all where it names none, unless told otherwise.
std::vector<int> reduced_axes(const Call& x) {
  std::vector<std::int64_t> named = x.attribute("axes", std::vector<std::int64_t>{});
  if (x.has(1)) named = integers(x[1]);
  std::vector<int> axes(named.begin(), named.end());
  const bool keeps_without_axes = x.integer("noop_with_empty_axes", 0) != 0;
  if (axes.empty() && !keeps_without_axes) {
    axes.resize(static_cast<std::size_t>(x[0].rank()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  return axes;
}

Operator over_axes(Reduction reduction) {
  return [reduction](const Call& x) {
    return reduction(x[0], reduced_axes(x), x.integer("keepdims", 1) != 0);
  };
}

Tensor absolute_sum(Operand x, std::span<const int> axes, bool keep) {
  return sum(abs(x), axes, keep);
}
Tensor square_sum(Operand x, std::span<const int> axes, bool keep) {
  return sum(square(x), axes, keep);
}
Tensor euclidean(Operand x, std::span<const int> axes, bool keep) {
  return is_floating(dtype_of(x)) ? norm(x, axes, keep) : sqrt(square_sum(x, axes, keep));
}
Tensor log_sum(Operand x, std::span<const int> axes, bool keep) { return log(sum(x, axes, keep)); }

Tensor log_sum_exp(Operand x, std::span<const int> axes, bool keep) {
  return logsumexp(x, axes, keep);
}

constexpr double infinity = std::numeric_limits<double>::infinity();

// With one `number` more along axes of size 0, of which ours reduces nothing to nothing.
Tensor padded(Tensor x, std::span<const int> axes, double number) {
  for (const int axis : axes) {
    if (x.shape()[axis] > 0) continue;
    const Tensor one = cast(full(x.shape().with(axis, 1), number, DType::f64), x.dtype());
    x = concat({x, one}, axis);
  }
  return x;
}

Tensor largest(Operand x, std::span<const int> axes, bool keep) {
  if (dtype_of(x) == DType::boolean) return any(x, axes, keep);
  return max(padded(x.tensor(), axes, -infinity), axes, keep);
}

Tensor smallest(Operand x, std::span<const int> axes, bool keep) {
  if (dtype_of(x) == DType::boolean) return all(x, axes, keep);
  return min(padded(x.tensor(), axes, infinity), axes, keep);
}

Operator of_all(Tensor (*op)(Operand, Operand)) {
  return [op](const Call& x) {
    Tensor y = x[0];
    for (std::size_t k = 1; k < x.inputs.size(); ++k) y = op(y, x[k]);
    return y;
  };
}

Tensor mean_of_all(const Call& x) {
  return of_all(add)(x).tensors[0] / static_cast<double>(x.inputs.size());
}

Tensor running_sum(const Call& x) {
  return cumsum(
      x[0], static_cast<int>(x[1].item_as_integer()),
      {.exclusive = x.integer("exclusive", 0) != 0, .reverse = x.integer("reverse", 0) != 0});
}

Tensor running_product(const Call& x) {
  return cumprod(
      x[0], static_cast<int>(x[1].item_as_integer()),
      {.exclusive = x.integer("exclusive", 0) != 0, .reverse = x.integer("reverse", 0) != 0});
}

}  // namespace

Operators reduce_operators() {
  return {
      {"CumProd", running_product},
      {"CumSum", running_sum},
      {"Max", of_all(maximum)},
      {"Mean", mean_of_all},
      {"Min", of_all(minimum)},
      {"ReduceL1", over_axes(absolute_sum)},
      {"ReduceL2", over_axes(euclidean)},
      {"ReduceLogSum", over_axes(log_sum)},
      {"ReduceLogSumExp", over_axes(log_sum_exp)},
      {"ReduceMax", over_axes(largest)},
      {"ReduceMean", over_axes(mean)},
      {"ReduceMin", over_axes(smallest)},
      {"ReduceProd", over_axes(prod)},
      {"ReduceSum", over_axes(sum)},
      {"ReduceSumSquare", over_axes(square_sum)},
      {"Sum", of_all(add)},
  };
}

}  // namespace chronograd::onnx
