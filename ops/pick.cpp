#include "chronograd/ops/pick.h"

#include <cstring>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/row_law.h"

namespace chronograd {
namespace {

std::string row_size(Shape x) {
  return "a row of " + to_string(x) + " has " + std::to_string(x[-1]) + " numbers";
}

void check(const Inference& inference) {
  const Shape x = inference.shape(0);
  const Shape indices = inference.shape(1);
  detail::check_index_dtype(inference, 1);
  if (x.rank() == 0 || x.without(-1) != indices) {
    inference.fail("indices " + to_string(indices) + " into " + to_string(x),
                   "they need the shape of x without its last axis");
  }
  if (const auto known = inference.known(1)) {
    detail::check_indices(inference, *known, x[-1], row_size(x));
  }
}

void kernel(const Run& run) {
  const Array x = dense(run.inputs[0]);
  const Array indices = dense(run.inputs[1]);
  detail::check_indices(run, indices, x.shape[-1], row_size(x.shape));
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

// The gradient: `sum` with dy added to the picked numbers.
void kernel_of_addition(const Run& run) {
  const Array& out = run.outputs[0];
  const Array indices = dense(run.inputs[1]);
  const Array dy = dense(run.inputs[2]);
  detail::check_indices(run, indices, out.shape[-1], row_size(out.shape));
  if (out.data != run.inputs[0].data) copy(run.inputs[0], out);
  detail::with_summand(out.dtype, [&]<class T>() {
    T* row = out.as<T>();
    const T* from = dy.as<T>();
    detail::with_indices(indices, [&](auto numbers) {
      for (const std::int64_t index : numbers) {
        row[index] += *from++;
        row += out.shape[-1];
      }
    });
  });
}

const Op add_op{
    .name = "add_picked",
    .infer = [](Inference& inference) { inference.output(inference.shape(0), inference.dtype(0)); },
    .kernel = kernel_of_addition,
    .gradient = [](const Differential& d,
                   int k) { return k == 0 ? d.dy() : pick(d.dy(), d.input(1)); },
    .gradient_reads = {{{}, {}, {.inputs = 0b10}}},
    .algebra = {.stacks = detail::stacks_all, .in_place = 0b1},
};

const Op op{
    .name = "pick",
    .infer =
        [](Inference& inference) {
          check(inference);
          inference.output(inference.shape(1), inference.dtype(0));
        },
    .kernel = kernel,
    .add_gradient =
        [](const Differential& d, int, const Tensor& sum) {
          return apply(add_op, {sum, d.input(1), d.dy()});
        },
    .gradient_reads = {{{.inputs = 0b10}}},
    .algebra = {.stacks = detail::stacks_all},
};

}  // namespace

Tensor pick(Operand x, Operand indices) { return apply(op, {x, indices}); }

}  // namespace chronograd
