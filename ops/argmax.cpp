#include "chronograd/ops/argmax.h"

#include <type_traits>

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

template <bool largest>
void kernel(const Run& run) {
  if (run.outputs[0].shape.empty()) return;
  const Array rows = dense(detail::axis_last(run.inputs[0], detail::axis_of(run)));
  auto* to = run.outputs[0].as<std::int64_t>();
  visit(rows.dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) positions<largest, T>(rows, to);
  });
}

constexpr Op argmax_op{.name = "argmax",
                       .infer = infer,
                       .kernel = kernel<true>,
                       .algebra = {.stacks = detail::stacks_all_off_axis}};
constexpr Op argmin_op{.name = "argmin",
                       .infer = infer,
                       .kernel = kernel<false>,
                       .algebra = {.stacks = detail::stacks_all_off_axis}};

Tensor position(const Op& op, const Operand& x, int axis, bool keep) {
  const std::int64_t integers[] = {axis, keep ? 1 : 0};
  return apply(op, x, {.integers = integers});
}

}  // namespace

Tensor argmax(Operand x, int axis, bool keep) { return position(argmax_op, x, axis, keep); }
Tensor argmin(Operand x, int axis, bool keep) { return position(argmin_op, x, axis, keep); }

}  // namespace chronograd
