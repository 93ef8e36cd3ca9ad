#include "chronograd/ops/transpose.h"

#include <numeric>
#include <utility>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/per_axis.h"
#include "chronograd/ops/detail/view.h"

namespace chronograd {
namespace {

// Axis k of the output is axis `order[k]` of the input.
detail::PerAxis reordered(std::span<const std::int64_t> values, const detail::PerAxis& order) {
  detail::PerAxis result{static_cast<int>(values.size())};
  for (int k = 0; k < static_cast<int>(values.size()); ++k) {
    result[k] = values[static_cast<std::size_t>(order[k])];
  }
  return result;
}

detail::PerAxis swapped(int rank, int a, int b) {
  detail::PerAxis order{rank};
  for (int k = 0; k < rank; ++k) order[k] = k;
  std::swap(order[a], order[b]);
  return order;
}

detail::PerAxis permuted(Shape shape, std::span<const std::int64_t> axes) {
  detail::PerAxis order{shape.rank()};
  for (int k = 0; k < shape.rank(); ++k) {
    order[k] = shape.axis(static_cast<int>(axes[static_cast<std::size_t>(k)]));
  }
  return order;
}

void infer_reordered(Inference& inference, const detail::PerAxis& order) {
  const auto sizes = reordered(inference.shape(0).sizes(), order);
  inference.output(Shape{std::span<const std::int64_t>(sizes)}, inference.dtype(0));
}

bool view_reordered(const Run& run, const detail::PerAxis& order) {
  const auto strides = reordered(run.inputs[0].strides.values(), order);
  detail::see_input(run, 0, 0, Strides{strides});
  return true;
}

const Op transpose_op{
    .name = "transpose",
    .infer =
        [](Inference& inference) {
          const Shape shape = inference.shape(0);
          const int a = detail::checked_axis(inference, shape, inference.integer(0));
          const int b = detail::checked_axis(inference, shape, inference.integer(1));
          infer_reordered(inference, swapped(shape.rank(), a, b));
        },
    .view =
        [](const Run& run) {
          const int rank = run.inputs[0].shape.rank();
          return view_reordered(run,
                                swapped(rank, detail::axis_of(run, 0), detail::axis_of(run, 1)));
        },
    .gradient = [](const Differential& d,
                   int) { return transpose(d.dy(), detail::axis_of(d, 0), detail::axis_of(d, 1)); },
    .algebra = {.stacks = [](const Inference& inference) -> std::uint32_t {
      const Shape shape = inference.shape(0);
      return shape.axis(static_cast<int>(inference.integer(0))) != 0 &&
             shape.axis(static_cast<int>(inference.integer(1))) != 0;
    }},
};

std::string listed(std::span<const std::int64_t> axes) {
  std::string text;
  for (const std::int64_t axis : axes) text += (text.empty() ? "" : ", ") + std::to_string(axis);
  return "{" + text + "}";
}

void infer_permute(Inference& inference) {
  const Shape shape = inference.shape(0);
  const auto axes = inference.integers();
  std::uint32_t seen = 0;
  for (const std::int64_t axis : axes) seen |= 1u << detail::checked_axis(inference, shape, axis);
  const bool each_once =
      static_cast<int>(axes.size()) == shape.rank() && seen + 1 == 1u << shape.rank();
  if (!each_once) {
    inference.fail("the axes " + listed(axes) + " of " + to_string(shape),
                   "each of its " + std::to_string(shape.rank()) + " axes must be given once");
  }
  infer_reordered(inference, permuted(shape, axes));
}

Tensor gradient_of_permute(const Differential& d, int) {
  const auto order = permuted(d.input_shape(0), d.integers());
  std::vector<int> back(d.integers().size());
  for (std::size_t k = 0; k < back.size(); ++k) {
    back[static_cast<std::size_t>(order[static_cast<int>(k)])] = static_cast<int>(k);
  }
  return permute(d.dy(), back);
}

const Op permute_op{
    .name = "permute",
    .infer = infer_permute,
    .view =
        [](const Run& run) {
          return view_reordered(run, permuted(run.inputs[0].shape, run.attributes.integers));
        },
    .gradient = gradient_of_permute,
    .algebra = {.stacks = [](const Inference& inference) -> std::uint32_t {
      const Shape shape = inference.shape(0);
      return shape.rank() > 0 && permuted(shape, inference.integers())[0] == 0;
    }},
};

}  // namespace

Tensor transpose(Operand x, int a, int b) {
  const std::int64_t axes[] = {a, b};
  return apply(transpose_op, {std::move(x)}, {.integers = axes});
}

Tensor permute(Operand x, std::span<const int> axes) {
  const std::vector<std::int64_t> integers(axes.begin(), axes.end());
  return apply(permute_op, {std::move(x)}, {.integers = integers});
}

Tensor permute(Operand x, std::initializer_list<int> axes) {
  return permute(std::move(x), std::span<const int>(axes.begin(), axes.size()));
}

}  // namespace chronograd
