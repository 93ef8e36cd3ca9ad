#include "chronograd/ops/split.h"

#include <numeric>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/join.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/view.h"

namespace chronograd {
namespace {

// The integers are the axis, the number of parts and, unless the parts are equal, their sizes.
constexpr std::size_t before_sizes = 2;

void infer_equal(Inference& inference, int axis, std::int64_t parts) {
  const Shape shape = inference.shape(0);
  if (parts < 1 || shape[axis] % parts != 0) {
    inference.fail("axis " + std::to_string(inference.integer(0)) + " of " + to_string(shape) +
                       " in " + std::to_string(parts) + " equal parts",
                   parts < 1 ? "at least one part is needed"
                             : "the size " + std::to_string(shape[axis]) +
                                   " must be a multiple of " + std::to_string(parts));
  }
  for (std::int64_t k = 0; k < parts; ++k) {
    inference.output(shape.with(axis, shape[axis] / parts), inference.dtype(0));
  }
}

void infer_sizes(Inference& inference, int axis, std::span<const std::int64_t> sizes) {
  const Shape shape = inference.shape(0);
  std::int64_t rest = shape[axis];
  bool fits = true;
  for (const std::int64_t size : sizes) {
    fits = fits && size >= 0 && size <= rest;
    rest -= fits ? size : 0;
  }
  if (!fits || rest != 0) {
    std::string list;
    for (const std::int64_t n : sizes) list += (list.empty() ? "" : ", ") + std::to_string(n);
    inference.fail("axis " + std::to_string(inference.integer(0)) + " of " + to_string(shape) +
                       " in parts of {" + list + "}",
                   "they must not be negative and sum to " + std::to_string(shape[axis]));
  }
  for (const std::int64_t size : sizes) {
    inference.output(shape.with(axis, size), inference.dtype(0));
  }
}

void infer(Inference& inference) {
  const int axis = detail::checked_axis(inference, inference.shape(0), inference.integer(0));
  const auto sizes = inference.integers().subspan(before_sizes);
  if (sizes.empty()) {
    infer_equal(inference, axis, inference.integer(1));
  } else {
    infer_sizes(inference, axis, sizes);
  }
}

bool view(const Run& run) {
  const int axis = detail::axis_of(run);
  std::int64_t start = 0;
  for (Array& part : run.outputs) {
    const std::int64_t size = part.shape[axis];
    part = detail::part_of(run.inputs[0], axis, start, size);
    start += size;
  }
  return true;
}

const Op op{
    .name = "split",
    .infer = infer,
    .view = view,
    .gradient =
        [](const Differential& d, int) {
          return concat(detail::dys(d, static_cast<int>(d.integer(1))), detail::axis_of(d));
        },
    .algebra = {.stacks = detail::stacks_all_off_axis},
};

}  // namespace

std::vector<Tensor> split(Operand x, int parts, int axis) {
  const std::int64_t integers[] = {axis, parts};
  return apply_all(op, std::move(x), {.integers = integers});
}

std::vector<Tensor> split(Operand x, std::span<const std::int64_t> sizes, int axis) {
  std::vector<std::int64_t> integers{axis, static_cast<std::int64_t>(sizes.size())};
  integers.insert(integers.end(), sizes.begin(), sizes.end());
  return apply_all(op, std::move(x), {.integers = integers});
}

std::vector<Tensor> split(Operand x, std::initializer_list<std::int64_t> sizes, int axis) {
  return split(std::move(x), std::span<const std::int64_t>(sizes.begin(), sizes.size()), axis);
}

}  // namespace chronograd
