#include "chronograd/ops/cumsum.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/rows.h"

namespace chronograd {
namespace {

// The integers are the axis, `exclusive` and `reverse`.
void infer(Inference& inference) {
  if (inference.dtype(0) == DType::boolean) {
    inference.fail<DTypeError>("a tensor of bool", "it must be a number type; cast it first");
  }
  detail::checked_axis(inference, inference.shape(0), inference.integer(0));
  inference.output(inference.shape(0), inference.dtype(0));
}

template <class T>
void sum_along(const T* x, T* y, std::int64_t n, std::int64_t stride, bool exclusive) {
  T sum{};
  for (std::int64_t i = 0; i < n; ++i, x += stride, y += stride) {
    const T before = sum;
    sum += *x;
    *y = exclusive ? before : sum;
  }
}

void kernel(const Run& run) {
  const Array x = dense(run.inputs[0]);
  const Array& y = run.outputs[0];
  const int axis = detail::axis_of(run);
  const std::int64_t n = x.shape[axis];
  if (x.shape.empty()) return;
  const std::int64_t stride = y.strides[axis];
  const bool exclusive = run.integer(1) != 0;
  const bool reverse = run.integer(2) != 0;
  detail::with_summand(x.dtype, [&]<class T>() {
    for (std::int64_t outer = 0; outer < x.shape.size() / (n * stride); ++outer) {
      for (std::int64_t inner = 0; inner < stride; ++inner) {
        const std::int64_t first = outer * n * stride + inner + (reverse ? (n - 1) * stride : 0);
        sum_along(x.as<T>() + first, y.as<T>() + first, n, reverse ? -stride : stride, exclusive);
      }
    }
  });
}

const Op op{
    .name = "cumsum",
    .infer = infer,
    .kernel = kernel,
    .gradient =
        [](const Differential& d, int) {
          return cumsum(d.dy(), detail::axis_of(d),
                        {.exclusive = d.integer(1) != 0, .reverse = d.integer(2) == 0});
        },
    .algebra = {.stacks = detail::stacks_all_off_axis},
};

}  // namespace

Tensor cumsum(Operand x, int axis, CumsumOptions options) {
  const std::int64_t integers[] = {axis, options.exclusive ? 1 : 0, options.reverse ? 1 : 0};
  return apply(op, std::move(x), {.integers = integers});
}

}  // namespace chronograd
