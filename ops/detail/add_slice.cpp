#include "chronograd/ops/detail/add_slice.h"

#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/view.h"
#include "chronograd/ops/slice.h"

namespace chronograd::detail {
namespace {

constexpr Instruction add[] = {{Scalar::add, 0, 1}};

void kernel(const Run& run) {
  const Array& sum = run.inputs[0];
  const Array& dy = run.inputs[1];
  const Array& out = run.outputs[0];
  const auto axis = static_cast<int>(run.integer(0));
  const std::int64_t start = run.integer(1);
  if (out.data != sum.data) copy(sum, out);
  const Array place = dy.shape.rank() == out.shape.rank()
                          ? strided_part_of(out, axis, start, dy.shape[axis], run.integer(2))
                          : entry_of(out, axis, start);
  const Array inputs[] = {place, dy};
  const Store store{2, place};
  interpret(add, out.dtype, dy.shape, inputs, {&store, 1});
}

Tensor gradient(const Differential& d, int k) {
  if (k == 0) return d.dy();
  const Shape part = d.input_shape(1);
  const auto axis = static_cast<int>(d.integer(0));
  const std::int64_t start = d.integer(1);
  if (part.rank() < d.input_shape(0).rank()) return at(d.dy(), start, axis);
  const std::int64_t step = d.integer(2);
  return slice(d.dy(), axis, {.start = start, .stop = start + part[axis] * step, .step = step});
}

const Op op{
    .name = "add_slice",
    .infer = [](Inference& inference) { inference.output(inference.shape(0), inference.dtype(0)); },
    .kernel = kernel,
    .gradient = gradient,
    .algebra = {.stacks = stacks_all_off_axis, .in_place = 0b1},
};

}  // namespace

Tensor add_slice(const Tensor& sum, const Tensor& dy, int axis, std::int64_t start,
                 std::int64_t step) {
  const std::int64_t integers[] = {axis, start, step};
  return apply(op, {sum, dy}, {.integers = integers});
}

}  // namespace chronograd::detail
