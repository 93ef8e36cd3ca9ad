#include "chronograd/ops/detail/positions.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/view.h"

namespace chronograd::detail {
namespace {

// What is indexed, in the integers of both ops: one, and then its sizes.
Shape indexed(std::span<const std::int64_t> integers) { return Shape{integers.subspan(1)}; }

std::string axis_size(Shape shape, int axis) {
  return "axis " + std::to_string(axis) + " of " + to_string(shape) + " has size " +
         std::to_string(shape[axis]);
}

// Fails, as an Inference or a Run does, when some coordinate is outside of its axis.
template <class Rule>
void check_tuples(const Rule& rule, const Array& indices, Shape shape, int batch_dims) {
  for (std::int64_t k = 0; k < indices.shape[-1]; ++k) {
    const int axis = batch_dims + static_cast<int>(k);
    check_indices(rule, entry_of(indices, indices.shape.rank() - 1, k), shape[axis],
                  axis_size(shape, axis));
  }
}

void infer_tuples(Inference& inference) {
  const Shape indices = inference.shape(0);
  const Shape shape = indexed(inference.integers());
  const auto shared = static_cast<int>(inference.integer(0));
  check_index_dtype(inference, 0);
  const auto came = [&] {
    return "indices " + to_string(indices) + " into " + to_string(shape) +
           (shared == 0 ? "" : " with " + std::to_string(shared) + " batch axes");
  };
  if (shared < 0 || indices.rank() <= shared || shape.rank() < shared ||
      !std::equal(indices.begin(), indices.begin() + shared, shape.begin())) {
    inference.fail(came(), "the indices need the batch axes and a last axis of tuples");
  }
  if (indices[-1] > shape.rank() - shared) {
    inference.fail(came(), "the tuples, the last axis, may have at most " +
                               std::to_string(shape.rank() - shared) + " indices");
  }
  if (const auto known = inference.known(0)) check_tuples(inference, *known, shape, shared);
  inference.output(indices.without(-1), DType::i64);
}

void kernel_of_tuples(const Run& run) {
  const Shape shape = indexed(run.attributes.integers);
  const auto shared = static_cast<int>(run.integer(0));
  const Array indices = dense(run.inputs[0]);
  check_tuples(run, indices, shape, shared);
  const std::int64_t tuples = run.outputs[0].shape.size();
  std::int64_t batches = 1;
  for (int axis = 0; axis < shared; ++axis) batches *= shape[axis];
  auto* out = run.outputs[0].as<std::int64_t>();
  with_indices(indices, [&](auto numbers) {
    auto index = numbers.begin();
    for (std::int64_t tuple = 0; tuple < tuples; ++tuple) {
      std::int64_t at = tuple / (tuples / batches);
      for (std::int64_t k = 0; k < indices.shape[-1]; ++k) {
        at = at * shape[shared + static_cast<int>(k)] + *index++;
      }
      *out++ = at;
    }
  });
}

const Op tuples_op{
    .name = "positions_of_tuples", .infer = infer_tuples, .kernel = kernel_of_tuples};

void infer_along(Inference& inference) {
  const Shape indices = inference.shape(0);
  const Shape shape = indexed(inference.integers());
  check_index_dtype(inference, 0);
  const int axis = checked_axis(inference, shape, inference.integer(0));
  if (indices.rank() != shape.rank() || indices.with(axis, shape[axis]) != shape) {
    inference.fail("indices " + to_string(indices) + " into " + to_string(shape) + " along axis " +
                       std::to_string(axis),
                   "all other sizes must be equal");
  }
  if (const auto known = inference.known(0)) {
    check_indices(inference, *known, shape[axis], axis_size(shape, axis));
  }
  inference.output(indices, DType::i64);
}

void kernel_along(const Run& run) {
  const Shape shape = indexed(run.attributes.integers);
  const int axis = shape.axis(static_cast<int>(run.integer(0)));
  const Array indices = dense(run.inputs[0]);
  check_indices(run, indices, shape[axis], axis_size(shape, axis));
  const std::int64_t n = indices.shape[axis], stride = Strides::dense(shape)[axis];
  auto* out = run.outputs[0].as<std::int64_t>();
  with_indices(indices, [&](auto numbers) {
    std::int64_t k = 0;
    for (const std::int64_t index : numbers) {
      *out++ = (k / (n * stride) * shape[axis] + index) * stride + k % stride;
      ++k;
    }
  });
}

const Op along_op{.name = "positions_along", .infer = infer_along, .kernel = kernel_along};

Tensor positions(const Op& op, Operand indices, std::int64_t integer, Shape shape) {
  std::vector<std::int64_t> integers{integer};
  integers.insert(integers.end(), shape.begin(), shape.end());
  return apply(op, std::move(indices), {.integers = integers});
}

}  // namespace

Tensor positions_of_tuples(Operand indices, Shape shape, int batch_dims) {
  return positions(tuples_op, std::move(indices), batch_dims, shape);
}

Tensor positions_along(Operand indices, Shape shape, int axis) {
  return positions(along_op, std::move(indices), axis, shape);
}

}  // namespace chronograd::detail
