#include "chronograd/ops/pick.h"

#include <cstring>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/picks.h"
#include "chronograd/ops/detail/row_law.h"

namespace chronograd {
namespace {

void kernel(const Run& run) {
  const Array x = dense(run.inputs[0]);
  const Array indices = dense(run.inputs[1]);
  detail::check_picks(run, indices);
  const std::size_t bytes = size_of(x.dtype);
  const std::int64_t step = x.shape[-1] * static_cast<std::int64_t>(bytes);
  detail::with_indices(indices, [&](auto numbers) {
    const std::byte* row = x.data;
    std::byte* to = run.outputs[0].data;
    for (const std::int64_t index : numbers) {
      std::memcpy(to, row + index * static_cast<std::int64_t>(bytes), bytes);
      row += step;
      to += bytes;
    }
  });
}

const Op op{
    .name = "pick",
    .infer =
        [](Inference& inference) {
          detail::check_picks(inference);
          inference.output(inference.shape(1), inference.dtype(0));
        },
    .kernel = kernel,
    .add_gradient = [](const Differential& d, int,
                       const Tensor& sum) { return detail::add_picked(sum, d.input(1), d.dy()); },
    .gradient_reads = {{{.inputs = 0b10}}},
    .algebra = {.stacks = detail::stacks_all},
};

}  // namespace

Tensor pick(Operand x, Operand indices) { return apply(op, std::move(x), std::move(indices)); }

}  // namespace chronograd
