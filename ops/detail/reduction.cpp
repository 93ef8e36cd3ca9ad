#include "chronograd/ops/detail/reduction.h"

#include <string>
#include <vector>

#include "chronograd/ops/expand.h"
#include "chronograd/ops/reshape.h"

namespace chronograd::detail {
namespace {

constexpr std::size_t first_axis = 1;  // in the integers, after `keep`

bool reduced(std::uint32_t axes, int axis) { return (axes >> axis & 1) != 0; }

// The input's shape with 1 for the reduced axes, or without them.
Shape reduced_shape(Shape shape, std::uint32_t axes, bool keep) {
  std::vector<std::int64_t> sizes;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (!reduced(axes, axis)) {
      sizes.push_back(shape[axis]);
    } else if (keep) {
      sizes.push_back(1);
    }
  }
  return Shape(std::span<const std::int64_t>(sizes));
}

void check_axes(const Inference& inference) {
  const Shape shape = inference.shape(0);
  std::uint32_t seen = 0;
  for (const std::int64_t axis : inference.integers().subspan(first_axis)) {
    if (axis < -shape.rank() || axis >= shape.rank()) {
      inference.fail(
          "axis " + std::to_string(axis) + " of " + to_string(shape),
          "it has " + std::to_string(shape.rank()) + (shape.rank() == 1 ? " axis" : " axes"));
    }
    const std::uint32_t bit = 1u << shape.axis(static_cast<int>(axis));
    if ((seen & bit) != 0) {
      inference.fail("axis " + std::to_string(axis) + " of " + to_string(shape) + " twice",
                     "each axis may be given once");
    }
    seen |= bit;
  }
}

}  // namespace

Tensor apply_reduction(const Op& op, const Operand& x, std::span<const int> axes, bool keep) {
  std::vector<std::int64_t> integers{keep ? 1 : 0};
  integers.insert(integers.end(), axes.begin(), axes.end());
  return apply(op, {x}, {.integers = integers});
}

Tensor apply_full_reduction(const Op& op, const Operand& x) {
  std::vector<int> axes;
  for (int axis = 0; axis < shape_of(x).rank(); ++axis) axes.push_back(axis);
  return apply_reduction(op, x, axes, false);
}

void infer_reduction(Inference& inference) {
  if (inference.dtype(0) == DType::boolean) {
    inference.fail<DTypeError>("a tensor of bool", "it must be a number type; cast it first");
  }
  check_axes(inference);
  const Shape shape = inference.shape(0);
  const std::uint32_t axes = reduced_axes(shape, inference.integers());
  inference.output(reduced_shape(shape, axes, inference.integer(0) != 0), inference.dtype(0));
}

void infer_floating_reduction(Inference& inference) {
  if (!is_floating(inference.dtype(0))) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(0))),
                               "it must be f32 or f64; cast it first");
  }
  infer_reduction(inference);
}

std::uint32_t reduced_axes(Shape shape, std::span<const std::int64_t> integers) {
  std::uint32_t axes = 0;
  for (const std::int64_t axis : integers.subspan(first_axis)) {
    axes |= 1u << shape.axis(static_cast<int>(axis));
  }
  return axes;
}

std::int64_t reduced_count(Shape shape, std::span<const std::int64_t> integers) {
  std::int64_t count = 1;
  for (const std::int64_t axis : integers.subspan(first_axis)) {
    count *= shape[static_cast<int>(axis)];
  }
  return count;
}

Tensor repeat_to_input(const Differential& d, const Tensor& y) {
  const Shape shape = d.input_shape(0);
  const Shape kept = reduced_shape(shape, reduced_axes(shape, d.integers()), true);
  return expand(y.shape() == kept ? y : reshape(y, kept), shape);
}

Cost reduction_cost(const Inference& inference) {
  const auto size = static_cast<double>(inference.shape(0).size());
  return {.flops = size, .bytes = size * static_cast<double>(size_of(inference.dtype(0)))};
}

}  // namespace chronograd::detail
