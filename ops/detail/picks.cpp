#include "chronograd/ops/detail/picks.h"

#include <string>

#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/pick.h"

namespace chronograd::detail {
namespace {

std::string row_size(Shape x) {
  return "a row of " + to_string(x) + " has " + std::to_string(x[-1]) + " numbers";
}

void kernel(const Run& run) {
  const Array& out = run.outputs[0];
  const Array indices = dense(run.inputs[1]);
  const Array dy = dense(run.inputs[2]);
  check_picks(run, indices);
  if (out.data != run.inputs[0].data) copy(run.inputs[0], out);
  with_summand(out.dtype, [&]<class T>() {
    T* row = out.as<T>();
    const T* from = dy.as<T>();
    with_indices(indices, [&](auto numbers) {
      for (const std::int64_t index : numbers) {
        row[index] += *from++;
        row += out.shape[-1];
      }
    });
  });
}

const Op op{
    .name = "add_picked",
    .infer = [](Inference& inference) { inference.output(inference.shape(0), inference.dtype(0)); },
    .kernel = kernel,
    .gradient = [](const Differential& d,
                   int k) { return k == 0 ? d.dy() : pick(d.dy(), d.input(1)); },
    .gradient_reads = {{{}, {}, {.inputs = 0b10}}},
    .algebra = {.stacks = stacks_all, .in_place = 0b1},
};

}  // namespace

void check_picks(const Inference& inference) {
  const Shape x = inference.shape(0);
  const Shape indices = inference.shape(1);
  check_index_dtype(inference, 1);
  if (x.rank() == 0 || x.without(-1) != indices) {
    inference.fail("indices " + to_string(indices) + " into " + to_string(x),
                   "they need the shape of x without its last axis");
  }
  if (const auto known = inference.known(1)) {
    check_indices(inference, *known, x[-1], row_size(x));
  }
}

void check_picks(const Run& run, const Array& indices) {
  const Shape x = run.inputs[0].shape;
  check_indices(run, indices, x[-1], row_size(x));
}

Tensor add_picked(const Tensor& sum, const Tensor& indices, const Tensor& dy) {
  return apply(op, {sum, indices, dy});
}

}  // namespace chronograd::detail
