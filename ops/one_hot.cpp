#include "chronograd/ops/one_hot.h"

#include <algorithm>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/row_law.h"

namespace chronograd {
namespace {

std::string row_size(std::int64_t size) {
  return "a row has " + std::to_string(size) + (size == 1 ? " number" : " numbers");
}

void infer(Inference& inference) {
  const Shape indices = inference.shape(0);
  const std::int64_t size = inference.integer(0);
  detail::check_index_dtype(inference, 0);
  if (size < 0) inference.fail("rows of " + std::to_string(size), "sizes must not be negative");
  if (indices.rank() == Shape::max_rank) {
    inference.fail("one more axis for " + to_string(indices), "at most 8 axes are supported");
  }
  if (const auto known = inference.known(0)) {
    detail::check_indices(inference, *known, size, row_size(size));
  }
  inference.output(indices.inserted(-1, size), static_cast<DType>(inference.integer(1)));
}

void kernel(const Run& run) {
  const Array& out = run.outputs[0];
  const Array indices = dense(run.inputs[0]);
  const std::int64_t size = run.integer(0);
  detail::check_indices(run, indices, size, row_size(size));
  const Array hot = out.dtype == DType::boolean ? out : Array::allocate(out.shape, DType::boolean);
  std::fill_n(hot.as<bool>(), hot.shape.size(), false);
  detail::with_indices(indices, [&](auto numbers) {
    bool* row = hot.as<bool>();
    for (const std::int64_t index : numbers) {
      row[index] = true;
      row += size;
    }
  });
  if (hot.data != out.data) copy(hot, out);
}

const Op op{
    .name = "one_hot", .infer = infer, .kernel = kernel, .algebra = {.stacks = detail::stacks_all}};

}  // namespace

Tensor one_hot(Operand indices, std::int64_t size, DType dtype) {
  const std::int64_t integers[] = {size, static_cast<std::int64_t>(dtype)};
  return apply(op, std::move(indices), {.integers = integers});
}

}  // namespace chronograd
