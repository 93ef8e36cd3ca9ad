#include "chronograd/ops/prod.h"

#include <utility>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/detail/reduction.h"
#include "chronograd/ops/detail/reduction_kernels.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/transpose.h"

namespace chronograd {
namespace {

void kernel(const Run& run) {
  const Array& x = run.inputs[0];
  detail::product_of(x, detail::reduced_axes(x.shape, run.attributes.integers), run.outputs[0]);
}

// For each element of the last axis the product of all others there: the halves' own times the
// other half's product.
Tensor products_of_others(const Tensor& x) {
  const std::int64_t n = x.shape()[-1];
  if (n <= 1) return ones(x.shape(), x.dtype());
  const Tensor a = slice(x, -1, 0, n / 2);
  const Tensor b = slice(x, -1, n / 2, n);
  return concat(
      {products_of_others(a) * prod(b, -1, true), products_of_others(b) * prod(a, -1, true)}, -1);
}

Tensor gradient(const Differential& d, int) {
  const Tensor x = d.input(0);
  const std::uint32_t reduced = detail::reduced_axes(x.shape(), d.integers());
  std::vector<int> order;
  for (const bool last : {false, true}) {
    for (int axis = 0; axis < x.rank(); ++axis) {
      if (((reduced >> axis & 1) != 0) == last) order.push_back(axis);
    }
  }
  std::vector<int> back(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    back[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
  }
  const Tensor in_order = permute(x, order);
  const std::int64_t count = detail::reduced_count(x.shape(), d.integers());
  const Tensor rows = reshape(in_order, {count == 0 ? 0 : x.size() / count, count});
  const Tensor others = reshape(products_of_others(rows), in_order.shape());
  return detail::repeat_to_input(d, d.dy()) * permute(others, back);
}

const Op op{
    .name = "prod",
    .infer = detail::infer_reduction,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
    .algebra = {.stacks = detail::reduction_stacks, .reduction = Reduction::product},
    .cost = detail::reduction_cost,
};

}  // namespace

Tensor prod(Operand x, std::span<const int> axes, bool keep) {
  return detail::apply_reduction(op, std::move(x), axes, keep);
}

Tensor prod(Operand x, std::initializer_list<int> axes, bool keep) {
  return prod(std::move(x), std::span<const int>(axes.begin(), axes.size()), keep);
}

Tensor prod(Operand x, int axis, bool keep) { return prod(std::move(x), {axis}, keep); }

Tensor prod(Operand x) { return detail::apply_full_reduction(op, std::move(x)); }

}  // namespace chronograd
