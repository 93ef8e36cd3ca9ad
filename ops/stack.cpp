#include "chronograd/ops/stack.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/join.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/view.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  detail::check_joinable(inference);
  const Shape first = inference.shape(0);
  for (int k = 1; k < inference.inputs(); ++k) {
    if (inference.shape(k) == first) continue;
    inference.fail(to_string(first) + " and, as number " + std::to_string(k) + ", " +
                       to_string(inference.shape(k)),
                   "the shapes must be equal");
  }
  const std::int64_t axis = inference.integer(0);
  if (axis < -first.rank() - 1 || axis > first.rank()) {
    inference.fail("a new axis " + std::to_string(axis) + " for " + to_string(first),
                   "it must be between " + std::to_string(-first.rank() - 1) + " and " +
                       std::to_string(first.rank()));
  }
  if (first.rank() == Shape::max_rank) {
    inference.fail("one more axis for " + to_string(first), "at most 8 axes are supported");
  }
  inference.output(first.inserted(static_cast<int>(axis), inference.inputs()), inference.dtype(0));
}

void join(const Run& run, std::span<Array> parts) {
  const Array& out = run.outputs[0];
  const int axis = out.shape.axis(static_cast<int>(run.integer(0)));
  std::int64_t index = 0;
  for (Array& entry : parts) entry = detail::entry_of(out, axis, index++);
}

const Op op{
    .name = "stack",
    .infer = infer,
    .join = join,
    .gradient = [](const Differential& d,
                   int k) { return at(d.dy(), k, static_cast<int>(d.integer(0))); },
    .algebra = {.stacks = detail::stacks_all_off_new_axis},
    .cost = detail::joining_cost,
};

}  // namespace

Tensor stack(std::span<const Tensor> tensors, int axis, const char* file, unsigned line) {
  const std::int64_t integers[] = {axis};
  return apply(op, detail::operands_of(tensors, {file, line}), {.integers = integers});
}

Tensor stack(std::initializer_list<Operand> tensors, int axis) {
  const std::int64_t integers[] = {axis};
  return apply(op, tensors, {.integers = integers});
}

}  // namespace chronograd
