#include "chronograd/ops/argmax.h"

#include <type_traits>
#include <utility>

#include "chronograd/graph/kernels/reduction_loops.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/rows.h"

namespace chronograd {
namespace {

void infer(Inference& inference) {
  if (inference.dtype(0) == DType::boolean) {
    inference.fail<DTypeError>("a tensor of bool", "it must be a number type; cast it first");
  }
  const Shape shape = inference.shape(0);
  const int axis = detail::checked_axis(inference, shape, inference.integer(0));
  const bool keep = inference.integer(1) != 0;
  const Shape result = keep ? shape.with(axis, 1) : shape.without(axis);
  if (shape.empty() && !result.empty()) {
    inference.fail(to_string(shape) + " along an axis of size 0",
                   "there must be at least one element to choose from");
  }
  inference.output(result, DType::i64);
}

template <bool largest, class T>
std::int64_t position_of_best(const T* x, std::int64_t n) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < n; ++i)
    best = (largest ? x[i] > x[best] : x[i] < x[best]) ? i : best;
  return best;
}

template <bool largest, class T>
requires std::is_floating_point_v<T> std::int64_t position_of_best(const T* x, std::int64_t n) {
  const auto& loops = detail::reduction_loops<T>();
  const T best = (largest ? loops.maximum : loops.minimum)(x, n);
  std::int64_t i = 0;
  if (best != best) {
    while (x[i] == x[i]) ++i;
  } else {
    while (x[i] != best) ++i;
  }
  return i;
}

template <bool largest, class T>
void positions(const Array& rows, std::int64_t* to) {
  const std::int64_t n = rows.shape[-1];
  const T* row = rows.as<T>();
  for (std::int64_t k = 0; k < rows.shape.size() / n; ++k, row += n) {
    *to++ = position_of_best<largest>(row, n);
  }
}

// The array with what is repeated along an axis (a stride of 0) there once.
Array without_repetitions(Array array) {
  for (int axis = 0; axis < array.shape.rank(); ++axis) {
    if (array.strides[axis] == 0) array.shape = array.shape.with(axis, 1);
  }
  return array;
}

// Where rows repeat, so do their positions; of equal numbers the first one counts.
template <bool largest>
void kernel(const Run& run) {
  if (run.outputs[0].shape.empty()) return;
  const Array repeated = detail::axis_last(run.inputs[0], detail::axis_of(run));
  const Array rows = dense(without_repetitions(repeated));
  const auto to_positions = [&](const Array& to) {
    visit(rows.dtype, [&]<class T>() {
      if constexpr (!std::is_same_v<T, bool>) {
        positions<largest, T>(rows, to.as<std::int64_t>());
      }
    });
  };
  Array to = run.outputs[0];
  to.shape = repeated.shape.without(-1);
  if (rows.shape.without(-1) == to.shape) return to_positions(to);
  to.strides = Strides::dense(to.shape);
  const Array once = Array::allocate(rows.shape.without(-1), DType::i64);
  to_positions(once);
  copy(detail::stretched(once, to.shape), to);
}

constexpr Op argmax_op{.name = "argmax",
                       .infer = infer,
                       .kernel = kernel<true>,
                       .algebra = {.stacks = detail::stacks_all_off_axis}};
constexpr Op argmin_op{.name = "argmin",
                       .infer = infer,
                       .kernel = kernel<false>,
                       .algebra = {.stacks = detail::stacks_all_off_axis}};

Tensor position(const Op& op, Operand x, int axis, bool keep) {
  const std::int64_t integers[] = {axis, keep ? 1 : 0};
  return apply(op, std::move(x), {.integers = integers});
}

}  // namespace

Tensor argmax(Operand x, int axis, bool keep) {
  return position(argmax_op, std::move(x), axis, keep);
}
Tensor argmin(Operand x, int axis, bool keep) {
  return position(argmin_op, std::move(x), axis, keep);
}

}  // namespace chronograd
