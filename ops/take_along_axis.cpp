#include "chronograd/ops/take_along_axis.h"

#include <cstring>
#include <string>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/row_law.h"

namespace chronograd {
namespace {

std::string axis_size(Shape x, int axis) {
  return "axis " + std::to_string(axis) + " of " + to_string(x) + " has size " +
         std::to_string(x[axis]);
}

void infer(Inference& inference) {
  const Shape x = inference.shape(0);
  const Shape indices = inference.shape(1);
  detail::check_index_dtype(inference, 1);
  const int axis = detail::checked_axis(inference, x, inference.integer(0));
  if (indices.rank() != x.rank() || indices.with(axis, x[axis]) != x) {
    inference.fail("indices " + to_string(indices) + " into " + to_string(x) + " along axis " +
                       std::to_string(axis),
                   "all other sizes must be equal");
  }
  if (const auto known = inference.known(1)) {
    detail::check_indices(inference, *known, x[axis], axis_size(x, axis));
  }
  inference.output(indices, inference.dtype(0));
}

// Calls f(k, at) for the k-th index, whose element of x is number `at`; both dense.
template <class F>
void for_each_place(const Array& indices, Shape x, int axis, F f) {
  const std::int64_t n = indices.shape[axis];
  std::int64_t stride = 1;
  for (int k = axis + 1; k < x.rank(); ++k) stride *= x[k];
  detail::with_indices(indices, [&](auto numbers) {
    std::int64_t k = 0;
    for (const std::int64_t index : numbers) {
      const std::int64_t outer = k / (n * stride);
      f(k, (outer * x[axis] + index) * stride + k % stride);
      ++k;
    }
  });
}

void kernel(const Run& run) {
  const Array x = dense(run.inputs[0]);
  const Array indices = dense(run.inputs[1]);
  const int axis = detail::axis_of(run);
  detail::check_indices(run, indices, x.shape[axis], axis_size(x.shape, axis));
  const std::size_t bytes = size_of(x.dtype);
  for_each_place(indices, x.shape, axis, [&](std::int64_t k, std::int64_t at) {
    std::memcpy(run.outputs[0].data + static_cast<std::size_t>(k) * bytes,
                x.data + static_cast<std::size_t>(at) * bytes, bytes);
  });
}

// The gradient: `sum` with dy added at the places taken.
void kernel_of_addition(const Run& run) {
  const Array& out = run.outputs[0];
  const Array indices = dense(run.inputs[1]);
  const Array dy = dense(run.inputs[2]);
  const int axis = detail::axis_of(run);
  detail::check_indices(run, indices, out.shape[axis], axis_size(out.shape, axis));
  if (out.data != run.inputs[0].data) copy(run.inputs[0], out);
  detail::with_summand(out.dtype, [&]<class T>() {
    for_each_place(indices, out.shape, axis,
                   [&](std::int64_t k, std::int64_t at) { out.as<T>()[at] += dy.as<T>()[k]; });
  });
}

const Op add_op{
    .name = "add_along_axis",
    .infer = [](Inference& inference) { inference.output(inference.shape(0), inference.dtype(0)); },
    .kernel = kernel_of_addition,
    .gradient =
        [](const Differential& d, int k) {
          return k == 0 ? d.dy() : take_along_axis(d.dy(), d.input(1), detail::axis_of(d));
        },
    .gradient_reads = {{{}, {}, {.inputs = 0b10}}},
    .algebra = {.stacks = detail::stacks_all_off_axis, .in_place = 0b1},
};

const Op op{
    .name = "take_along_axis",
    .infer = infer,
    .kernel = kernel,
    .add_gradient =
        [](const Differential& d, int, const Tensor& sum) {
          return apply(add_op, {sum, d.input(1), d.dy()}, {.integers = d.integers()});
        },
    .gradient_reads = {{{.inputs = 0b10}}},
    .algebra = {.stacks = detail::stacks_all_off_axis},
};

}  // namespace

Tensor take_along_axis(Operand x, Operand indices, int axis) {
  const std::int64_t integers[] = {axis};
  return apply(op, {std::move(x), std::move(indices)}, {.integers = integers});
}

}  // namespace chronograd
