#include "chronograd/ops/scatter_add.h"

#include <algorithm>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/gather.h"

namespace chronograd {
namespace {

std::string rows_of(Shape sum) { return "the sum has " + std::to_string(sum[0]) + " rows"; }

bool rows_fit(Shape sum, Shape indices, Shape rows) {
  return rows.rank() == indices.rank() + sum.rank() - 1 &&
         std::equal(indices.begin(), indices.end(), rows.begin()) &&
         std::equal(sum.begin() + 1, sum.end(), rows.begin() + indices.rank());
}

void infer(Inference& inference) {
  const Shape sum = inference.shape(0);
  const Shape indices = inference.shape(1);
  detail::check_index_dtype(inference, 1);
  if (inference.dtype(0) == DType::boolean || inference.dtype(0) != inference.dtype(2)) {
    inference.fail<DTypeError>("rows of " + std::string(name(inference.dtype(2))) + " onto " +
                                   std::string(name(inference.dtype(0))),
                               "both must be of one number type");
  }
  if (sum.rank() == 0) inference.fail("a sum of shape []", "it must have an axis of rows");
  if (!rows_fit(sum, indices, inference.shape(2))) {
    inference.fail("rows " + to_string(inference.shape(2)) + " for indices " + to_string(indices) +
                       " onto " + to_string(sum),
                   "the rows need the indices' shape and then that of a row");
  }
  if (const auto known = inference.known(1)) {
    detail::check_indices(inference, *known, sum[0], rows_of(sum));
  }
  inference.output(sum, inference.dtype(0));
}

void kernel(const Run& run) {
  const Array& out = run.outputs[0];
  const Array indices = dense(run.inputs[1]);
  const Array rows = dense(run.inputs[2]);
  detail::check_indices(run, indices, out.shape[0], rows_of(out.shape));
  if (out.data != run.inputs[0].data) copy(run.inputs[0], out);
  if (rows.shape.empty()) return;
  const std::int64_t width = out.shape.size() / out.shape[0];
  detail::with_summand(out.dtype, [&]<class T>() {
    const T* from = rows.as<T>();
    detail::with_indices(indices, [&](auto numbers) {
      for (const std::int64_t index : numbers) {
        T* to = out.as<T>() + index * width;
        for (std::int64_t i = 0; i < width; ++i) to[i] += from[i];
        from += width;
      }
    });
  });
}

Tensor gradient(const Differential& d, int k) {
  return k == 0 ? d.dy() : gather(d.dy(), d.input(1));
}

const Op op{
    .name = "scatter_add",
    .infer = infer,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{}, {}, {.inputs = 0b10}}},
    .algebra = {.in_place = 0b1},
    .cost =
        [](const Inference& inference) {
          return Cost{.flops = static_cast<double>(inference.shape(2).size())};
        },
};

}  // namespace

Tensor scatter_add(Operand sum, Operand indices, Operand rows) {
  return apply(op, {std::move(sum), std::move(indices), std::move(rows)});
}

}  // namespace chronograd
