#include "chronograd/ops/sort.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <type_traits>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/rows.h"
#include "chronograd/ops/take_along_axis.h"

namespace chronograd {
namespace {

// Where the first `count` elements in order are along an axis. The integers are the axis, the
// count and whether to descend.
void infer(Inference& inference) {
  const Shape shape = inference.shape(0);
  const int axis = detail::checked_axis(inference, shape, inference.integer(0));
  const std::int64_t count = inference.integer(1);
  if (count < 0 || count > shape[axis]) {
    inference.fail("k = " + std::to_string(count) + " along axis " + std::to_string(axis) + " of " +
                       to_string(shape),
                   "k must be from 0 to " + std::to_string(shape[axis]));
  }
  inference.output(shape.with(axis, count), DType::i64);
}

// NaN is larger than all numbers.
template <class T>
bool before(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a != a) return false;
    if (b != b) return true;
  }
  return a < b;
}

template <class T>
void order_rows(const Array& rows, bool descending, const Array& out) {
  const std::int64_t n = rows.shape[-1];
  const std::int64_t count = out.shape[-1];
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  const T* x = rows.as<T>();
  auto* to = out.as<std::int64_t>();
  const auto comes_first = [&](std::int64_t a, std::int64_t b) {
    const bool less = before(x[a], x[b]);
    const bool greater = before(x[b], x[a]);
    return less == greater ? a < b : less != descending;
  };
  for (std::int64_t row = 0; row < rows.shape.without(-1).size(); ++row, x += n, to += count) {
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + count, order.end(), comes_first);
    std::copy_n(order.begin(), count, to);
  }
}

void order(const Array& rows, bool descending, const Array& out) {
  visit(rows.dtype, [&]<class T>() { order_rows<T>(rows, descending, out); });
}

void kernel(const Run& run) {
  const int axis = detail::axis_of(run);
  const Array rows = dense(detail::axis_last(run.inputs[0], axis));
  const Array places = detail::axis_last(run.outputs[0], axis);
  const Array positions = places.dense() ? places : Array::allocate(places.shape, DType::i64);
  order(rows, run.integer(2) != 0, positions);
  if (positions.data != places.data) copy(positions, places);
}

const Op op{.name = "top_k",
            .infer = infer,
            .kernel = kernel,
            .algebra = {.stacks = detail::stacks_all_off_axis}};

const Op sort_op{.name = "sort",
                 .infer = infer,
                 .kernel = kernel,
                 .algebra = {.stacks = detail::stacks_all_off_axis}};

Sorted sorted(const Op& order, const Operand& x, int axis, std::int64_t count, bool descending) {
  const std::int64_t integers[] = {axis, count, descending ? 1 : 0};
  Tensor indices = apply(order, {x}, {.integers = integers});
  return {.values = take_along_axis(x, indices, axis), .indices = indices};
}

}  // namespace

Sorted sort(Operand x, int axis, bool descending) {
  const Shape shape = shape_of(x);
  const bool exists = axis >= -shape.rank() && axis < shape.rank();
  return sorted(sort_op, x, axis, exists ? shape[axis] : 0, descending);
}

Sorted top_k(Operand x, std::int64_t k, int axis, bool largest) {
  return sorted(op, x, axis, k, largest);
}

}  // namespace chronograd
