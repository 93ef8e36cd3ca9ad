#include "chronograd/ops/gather.h"

#include <cstring>
#include <utility>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/view.h"
#include "chronograd/ops/scatter_add.h"

namespace chronograd {
namespace {

std::string rows_of(Shape table) { return "the table has " + std::to_string(table[0]) + " rows"; }

Shape gathered(Shape table, Shape indices) {
  std::vector<std::int64_t> sizes(indices.begin(), indices.end());
  sizes.insert(sizes.end(), table.begin() + 1, table.end());
  return Shape{std::span<const std::int64_t>(sizes)};
}

void infer(Inference& inference) {
  const Shape table = inference.shape(0);
  const Shape indices = inference.shape(1);
  detail::check_index_dtype(inference, 1);
  if (table.rank() == 0) inference.fail("a table of shape []", "it must have an axis of rows");
  if (table.rank() - 1 + indices.rank() > Shape::max_rank) {
    inference.fail("rows of " + to_string(table) + " by indices " + to_string(indices),
                   "at most 8 axes are supported");
  }
  if (const auto known = inference.known(1)) {
    detail::check_indices(inference, *known, table[0], rows_of(table));
  }
  inference.output(gathered(table, indices), inference.dtype(0));
}

void kernel(const Run& run) {
  const Array& table = run.inputs[0];
  const Array& out = run.outputs[0];
  const Array indices = dense(run.inputs[1]);
  detail::check_indices(run, indices, table.shape[0], rows_of(table.shape));
  if (out.shape.empty()) return;
  Array row = detail::entry_of(table, 0, 0);
  Array to{out.buffer, out.data, row.shape, Strides::dense(row.shape), out.dtype};
  const bool whole = row.dense();
  const auto bytes = row.shape.size() * static_cast<std::int64_t>(size_of(row.dtype));
  const auto step = table.strides[0] * static_cast<std::int64_t>(size_of(row.dtype));
  detail::with_indices(indices, [&](auto numbers) {
    for (const std::int64_t index : numbers) {
      row.data = table.data + index * step;
      if (whole) {
        std::memcpy(to.data, row.data, static_cast<std::size_t>(bytes));
      } else {
        copy(row, to);
      }
      to.data += bytes;
    }
  });
}

const Op op{
    .name = "gather",
    .infer = infer,
    .kernel = kernel,
    .add_gradient = [](const Differential& d, int,
                       const Tensor& sum) { return scatter_add(sum, d.input(1), d.dy()); },
    .gradient_reads = {{{.inputs = 0b10}}},
    .algebra = {.stacks = [](const Inference& inference) -> std::uint32_t {
      return inference.shape(1).rank() > 0 ? 0b10 : 0;
    }},
};

}  // namespace

Tensor gather(Operand table, Operand indices) {
  return apply(op, std::move(table), std::move(indices));
}

}  // namespace chronograd
