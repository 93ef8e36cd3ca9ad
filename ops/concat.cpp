#include "chronograd/ops/concat.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/join.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/view.h"
#include "chronograd/ops/slice.h"

namespace chronograd {
namespace {

bool fits(Shape part, Shape first, int axis) {
  return part.rank() == first.rank() && part.with(axis, 0) == first.with(axis, 0);
}

void infer(Inference& inference) {
  detail::check_joinable(inference);
  const Shape first = inference.shape(0);
  const int axis = detail::checked_axis(inference, first, inference.integer(0));
  std::int64_t size = 0;
  for (int k = 0; k < inference.inputs(); ++k) {
    const Shape part = inference.shape(k);
    if (!fits(part, first, axis)) {
      inference.fail(to_string(first) + " and, as number " + std::to_string(k) + ", " +
                         to_string(part) + " along axis " + std::to_string(inference.integer(0)),
                     "all other sizes must be equal");
    }
    size += part[axis];
  }
  inference.output(first.with(axis, size), inference.dtype(0));
}

void join(const Run& run, std::span<Array> parts) {
  const int axis = run.outputs[0].shape.axis(static_cast<int>(run.integer(0)));
  std::int64_t start = 0;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const std::int64_t size = run.inputs[k].shape[axis];
    parts[k] = detail::part_of(run.outputs[0], axis, start, size);
    start += size;
  }
}

Tensor gradient(const Differential& d, int k) {
  const int axis = detail::axis_of(d);
  std::int64_t start = 0;
  for (int before = 0; before < k; ++before) start += d.input_shape(before)[axis];
  return slice(d.dy(), axis, start, start + d.input_shape(k)[axis]);
}

const Op op{
    .name = "concat",
    .infer = infer,
    .join = join,
    .gradient = gradient,
    .algebra = {.stacks = detail::stacks_all_off_axis},
    .cost = detail::joining_cost,
};

}  // namespace

Tensor concat(std::span<const Tensor> tensors, int axis, const char* file, unsigned line) {
  const std::int64_t integers[] = {axis};
  return apply(op, detail::operands_of(tensors, {file, line}), {.integers = integers});
}

Tensor concat(std::initializer_list<Operand> tensors, int axis) {
  const std::int64_t integers[] = {axis};
  return apply(op, tensors, {.integers = integers});
}

}  // namespace chronograd
