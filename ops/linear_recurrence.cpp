#include "chronograd/ops/linear_recurrence.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/slice.h"

namespace chronograd {
namespace {

// The integers are the axis and `reverse`.
void infer(Inference& inference) {
  const Shape shape = inference.shape(0);
  if (inference.shape(1) != shape) {
    inference.fail("a " + to_string(shape) + " and b " + to_string(inference.shape(1)),
                   "the shapes must be equal");
  }
  const DType dtype = common_dtype(inference);
  if (dtype == DType::boolean) {
    inference.fail<DTypeError>("tensors of bool", "they must be of a number type; cast them first");
  }
  detail::checked_axis(inference, shape, inference.integer(0));
  inference.output(shape, dtype);
}

void kernel(const Run& run) {
  const Array a = dense(run.inputs[0]);
  const Array b = dense(run.inputs[1]);
  const Array& y = run.outputs[0];
  if (y.shape.empty()) return;
  const int axis = detail::axis_of(run);
  const std::int64_t n = y.shape[axis], width = y.strides[axis];
  const std::int64_t step = run.integer(1) != 0 ? -width : width;
  detail::with_summand(y.dtype, [&]<class T>() {
    for (std::int64_t outer = 0; outer < y.shape.size() / (n * width); ++outer) {
      std::int64_t at = outer * n * width + (step < 0 ? (n - 1) * width : 0);
      std::copy_n(b.as<T>() + at, width, y.as<T>() + at);
      for (std::int64_t t = 1; t < n; ++t) {
        const T* before = y.as<T>() + at;
        at += step;
        const T *as = a.as<T>() + at, *bs = b.as<T>() + at;
        T* ys = y.as<T>() + at;
        for (std::int64_t k = 0; k < width; ++k) ys[k] = as[k] * before[k] + bs[k];
      }
    }
  });
}

Tensor gradient(const Differential& d, int k) {
  const int axis = detail::axis_of(d);
  const bool reverse = d.integer(1) != 0;
  const std::int64_t n = d.output_shape()[axis];
  if (n == 0) return d.dy();
  // What a recursion's steps but the first have, and what its steps but the last have.
  const auto later = [&](const Tensor& x) {
    return slice(x, axis, reverse ? 0 : 1, reverse ? n - 1 : n);
  };
  const auto earlier = [&](const Tensor& x) {
    return slice(x, axis, reverse ? 1 : 0, reverse ? n : n - 1);
  };
  const Tensor next = pad(later(d.input(0)), axis, reverse ? 1 : 0, reverse ? 0 : 1);
  const Tensor db = linear_recurrence(next, d.dy(), axis, !reverse);
  if (k == 1) return db;
  return pad(later(db) * earlier(d.output()), axis, reverse ? 0 : 1, reverse ? 1 : 0);
}

const Op op{
    .name = "linear_recurrence",
    .infer = infer,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b01, .outputs = 1}, {.inputs = 0b01}}},
    .algebra = {.stacks = detail::stacks_all_off_axis},
    .cost =
        [](const Inference& inference) {
          return Cost{.flops = 2 * static_cast<double>(inference.shape(0).size())};
        },
};

}  // namespace

Tensor linear_recurrence(Operand a, Operand b, int axis, bool reverse) {
  const std::int64_t integers[] = {axis, reverse ? 1 : 0};
  return apply(op, {std::move(a), std::move(b)}, {.integers = integers});
}

}  // namespace chronograd
