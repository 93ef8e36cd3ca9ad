#include "chronograd/ops/detail/reduction.h"

#include <string>
#include <utility>
#include <vector>

#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

namespace chronograd::detail {
namespace {

std::span<const std::int64_t> axes_in(std::span<const std::int64_t> integers) {
  return integers.subspan(1);
}

// The input's shape with 1 for the reduced axes, or without them.
Shape reduced_shape(Shape shape, std::uint32_t axes, bool keep) {
  std::vector<std::int64_t> sizes;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const bool reduced = (axes >> axis & 1) != 0;
    if (!reduced || keep) sizes.push_back(reduced ? 1 : shape[axis]);
  }
  return Shape(std::span<const std::int64_t>(sizes));
}

void check_axes(const Inference& inference) {
  const Shape shape = inference.shape(0);
  std::uint32_t seen = 0;
  for (const std::int64_t axis : axes_in(inference.integers())) {
    const std::uint32_t bit = 1u << checked_axis(inference, shape, axis);
    if ((seen & bit) != 0) {
      inference.fail("axis " + std::to_string(axis) + " of " + to_string(shape) + " twice",
                     "each axis may be given once");
    }
    seen |= bit;
  }
}

}  // namespace

Tensor apply_reduction(const Op& op, Operand x, std::span<const int> axes, bool keep) {
  std::vector<std::int64_t> integers{keep ? 1 : 0};
  integers.insert(integers.end(), axes.begin(), axes.end());
  return apply(op, std::move(x), {.integers = integers});
}

Tensor apply_full_reduction(const Op& op, Operand x) {
  std::vector<int> axes;
  for (int axis = 0; axis < shape_of(x).rank(); ++axis) axes.push_back(axis);
  return apply_reduction(op, std::move(x), axes, false);
}

void infer_any_reduction(Inference& inference) {
  check_axes(inference);
  const Shape shape = inference.shape(0);
  const std::uint32_t axes = reduced_axes(shape, inference.integers());
  inference.output(reduced_shape(shape, axes, inference.integer(0) != 0), inference.dtype(0));
}

void infer_reduction(Inference& inference) {
  if (inference.dtype(0) == DType::boolean) {
    inference.fail<DTypeError>("a tensor of bool", "it must be a number type; cast it first");
  }
  infer_any_reduction(inference);
}

void infer_floating_reduction(Inference& inference) {
  if (!is_floating(inference.dtype(0))) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(0))),
                               "it must be f32 or f64; cast it first");
  }
  infer_reduction(inference);
}

void infer_extremum(Inference& inference) {
  infer_reduction(inference);
  const Shape shape = inference.shape(0);
  const std::uint32_t axes = reduced_axes(shape, inference.integers());
  if (shape.empty() && !reduced_shape(shape, axes, false).empty()) {
    inference.fail(to_string(shape) + " along an axis of size 0",
                   "there must be at least one element to choose from");
  }
}

std::vector<int> given_axes(std::span<const std::int64_t> integers) {
  const auto axes = axes_in(integers);
  return {axes.begin(), axes.end()};
}

std::uint32_t reduced_axes(Shape shape, std::span<const std::int64_t> integers) {
  std::uint32_t axes = 0;
  for (const int axis : given_axes(integers)) axes |= 1u << shape.axis(axis);
  return axes;
}

std::int64_t reduced_count(Shape shape, std::span<const std::int64_t> integers) {
  std::int64_t count = 1;
  for (const int axis : given_axes(integers)) count *= shape[axis];
  return count;
}

Tensor repeat_to_input(const Differential& d, const Tensor& y) {
  const Shape shape = d.input_shape(0);
  const Shape kept = reduced_shape(shape, reduced_axes(shape, d.integers()), true);
  return expand(y.shape() == kept ? y : reshape(y, kept), shape);
}

Tensor gradient_of_extremum(const Differential& d, int) {
  const Tensor chosen = equal(d.input(0), repeat_to_input(d, d.output()));
  const Tensor count =
      sum(cast(chosen, d.input_dtype(0)), given_axes(d.integers()), d.integer(0) != 0);
  return where(chosen, repeat_to_input(d, d.dy() / count), 0);
}

std::uint32_t reduction_stacks(const Inference& inference) {
  const Shape shape = inference.shape(0);
  return shape.rank() > 0 && (reduced_axes(shape, inference.integers()) & 1) == 0;
}

Cost reduction_cost(const Inference& inference) {
  const auto size = static_cast<double>(inference.shape(0).size());
  return {.flops = size, .bytes = size * static_cast<double>(size_of(inference.dtype(0)))};
}

}  // namespace chronograd::detail
