#include "chronograd/ops/scatter.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/cumsum.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

std::string rows_of(Shape x) { return "x has " + std::to_string(x[0]) + " rows"; }

void infer(Inference& inference) {
  const Shape x = inference.shape(0);
  const Shape indices = inference.shape(1);
  const Shape rows = inference.shape(2);
  detail::check_index_dtype(inference, 1);
  if (inference.dtype(0) != inference.dtype(2)) {
    inference.fail<DTypeError>("rows of " + std::string(name(inference.dtype(2))) + " into " +
                                   std::string(name(inference.dtype(0))),
                               "both must be of one dtype");
  }
  if (x.rank() == 0) inference.fail("an x of shape []", "it must have an axis of rows");
  if (rows.rank() != indices.rank() + x.rank() - 1 ||
      !std::equal(indices.begin(), indices.end(), rows.begin()) ||
      !std::equal(x.begin() + 1, x.end(), rows.begin() + indices.rank())) {
    inference.fail(
        "rows " + to_string(rows) + " for indices " + to_string(indices) + " into " + to_string(x),
        "the rows need the indices' shape and then that of a row");
  }
  if (const auto known = inference.known(1)) {
    detail::check_indices(inference, *known, x[0], rows_of(x));
  }
  inference.output(x, inference.dtype(0));
}

void kernel(const Run& run) {
  const Array& out = run.outputs[0];
  const Array indices = dense(run.inputs[1]);
  const Array rows = dense(run.inputs[2]);
  detail::check_indices(run, indices, out.shape[0], rows_of(out.shape));
  if (out.data != run.inputs[0].data) copy(run.inputs[0], out);
  if (rows.shape.empty()) return;
  const std::size_t bytes =
      static_cast<std::size_t>(out.shape.without(0).size()) * size_of(out.dtype);
  const std::byte* from = rows.data;
  detail::with_indices(indices, [&](auto numbers) {
    for (const std::int64_t index : numbers) {
      std::memcpy(out.data + static_cast<std::size_t>(index) * bytes, from, bytes);
      from += bytes;
    }
  });
}

// Which indices are the last of those that name their row.
Tensor counted(const Tensor& indices, std::int64_t rows) {
  const Tensor one_each = ones({indices.size()}, DType::i64);
  const Tensor number = reshape(cumsum(one_each), indices.shape());
  return equal(gather(scatter(zeros({rows}, DType::i64), indices, number), indices), number);
}

Tensor gradient(const Differential& d, int k) {
  const Tensor indices = d.input(1);
  const Shape rows = d.input_shape(2);
  if (k == 0) return scatter(d.dy(), indices, zeros(rows, d.input_dtype(2)));
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(rows.rank()), 1);
  std::copy(indices.shape().begin(), indices.shape().end(), sizes.begin());
  const Tensor taken =
      reshape(counted(indices, d.input_shape(0)[0]), Shape{std::span<const std::int64_t>(sizes)});
  return where(taken, gather(d.dy(), indices), 0);
}

const Op op{
    .name = "scatter",
    .infer = infer,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b10}, {}, {.inputs = 0b10}}},
    .algebra = {.in_place = 0b1},
};

}  // namespace

Tensor scatter(Operand x, Operand indices, Operand rows) {
  return apply(op, {std::move(x), std::move(indices), std::move(rows)});
}

}  // namespace chronograd
