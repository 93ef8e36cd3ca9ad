#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "chronograd/ops.h"
#include "tests/onnx/indexing.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

Operator extreme_index(Tensor (*op)(Operand, int, bool)) {
  return [op](const Call& x) {
    const int axis = x.axis(0);
    const bool keep = x.integer("keepdims", 1) != 0;
    if (x.integer("select_last_index", 0) == 0) return op(x[0], axis, keep);
    return x[0].shape()[axis] - 1 - op(flip(x[0], axis), axis, keep);
  };
}

// Where some of [n] are true, in order.
Tensor true_positions(const Tensor& flags) {
  const std::int64_t count = sum(cast(flags, DType::i64)).item_as_integer();
  return slice(sort(flags, 0, true).indices, 0, 0, count);
}

Tensor compress(const Call& x) {
  const Tensor taken = true_positions(x[1]);
  if (x.has("axis")) return take(x[0], taken, x.axis(0));
  return gather(reshape(x[0], {x[0].size()}), taken);
}

// [rank, count]: the coordinates of what is not zero.
Tensor non_zero(const Call& x) {
  const Shape shape = x[0].shape();
  Tensor rest = true_positions(cast(reshape(x[0], {shape.size()}), DType::boolean));
  std::vector<Tensor> coordinates;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    const Tensor outer = rest / shape[axis];
    coordinates.push_back(rest - outer * shape[axis]);
    rest = outer;
  }
  std::reverse(coordinates.begin(), coordinates.end());
  return stack(coordinates);
}

Tensor gather_along(const Call& x) {
  const int axis = x.axis(0);
  return take(x[0], from_front(x[1], x[0].shape()[axis]), axis);
}

Tensor gather_elements(const Call& x) {
  const int axis = x.axis(0);
  return take_along_axis(x[0], from_front(x[1], x[0].shape()[axis]), axis);
}

// A tensor as rows: its first `axes` axes as one.
Tensor rows_of(const Tensor& x, std::int64_t axes) {
  std::vector<std::int64_t> sizes{1};
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (axis < axes) {
      sizes[0] *= x.shape()[axis];
    } else {
      sizes.push_back(x.shape()[axis]);
    }
  }
  return reshape(x, Shape(sizes));
}

// Tuples of which negative indices count from the end of their axis, behind the shared ones.
Tensor tuples_from_front(const Tensor& indices, Shape shape, int batch_dims) {
  const auto n = static_cast<std::size_t>(indices.shape()[-1]);
  const Tensor sizes = row(shape.sizes().subspan(static_cast<std::size_t>(batch_dims), n));
  const Tensor wide = cast(indices, DType::i64);
  return where(wide < 0, wide + sizes, wide);
}

Tensor gather_tuples(const Call& x) {
  const auto shared = static_cast<int>(x.integer("batch_dims", 0));
  return gather_nd(x[0], tuples_from_front(x[1], x[0].shape(), shared), shared);
}

Tensor one_hot_rows(const Call& x) {
  const std::int64_t depth = x[1].item_as_integer();
  const Tensor hot = one_hot(from_front(x[0], depth), depth, DType::boolean);
  const Tensor y = where(hot, at(x[2], 1), at(x[2], 0));
  const int axis = y.shape().axis(x.axis(-1));
  std::vector<int> order;
  for (int k = 0; k < y.rank(); ++k) {
    order.push_back(k < axis ? k : k == axis ? y.rank() - 1 : k - 1);
  }
  return permute(y, order);
}

Tensor reverse_sequence(const Call& x) {
  const int rank = x[0].rank();
  const int time = static_cast<int>(x.integer("time_axis", 0));
  const int batch = static_cast<int>(x.integer("batch_axis", 1));
  const Tensor step = along(arange(x[0].shape()[time], DType::i64), time, rank);
  const Tensor length = along(x[1], batch, rank);
  const Tensor from = where(step < length, length - 1 - step, step);
  return take_along_axis(x[0], expand(from, x[0].shape()), time);
}

// x, [n, ..], with rows, [k, ..], written to k of its positions, or reduced with what is there.
Tensor scattered(const Tensor& x, const Tensor& positions, const Tensor& rows,
                 const std::string& reduction) {
  if (reduction == "none") return scatter(x, positions, rows);
  if (reduction == "add") return scatter_add(x, positions, rows);
  const std::int64_t n = x.shape()[0], k = rows.shape()[0], size = x.size() / n;
  const Tensor hit = reshape(one_hot(positions, n, DType::boolean), {k, n, 1});
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double neutral = reduction == "mul" ? 1 : reduction == "max" ? -infinity : infinity;
  const Tensor arrived = where(hit, reshape(rows, {k, 1, size}), neutral);
  const auto reshaped = [&](const Tensor& y) { return reshape(y, x.shape()); };
  if (reduction == "mul") return x * reshaped(prod(arrived, 0));
  if (reduction == "max") return maximum(x, reshaped(max(arrived, 0)));
  if (reduction == "min") return minimum(x, reshaped(min(arrived, 0)));
  throw std::invalid_argument("no reduction " + reduction);
}

Tensor scatter_elements(const Call& x) {
  const int axis = x[0].shape().axis(x.axis(0));
  const std::string reduction = x.text("reduction", "none");
  if (reduction == "none" && x[1].shape().with(axis, 1) == x[0].shape().with(axis, 1)) {
    return put_along_axis(x[0], from_front(x[1], x[0].shape()[axis]), x[2], axis);
  }
  // Ours wants indices for the whole of all other axes.
  std::vector<Tensor> coordinates;
  for (int k = 0; k < x[1].rank(); ++k) {
    const Tensor own = along(arange(x[1].shape()[k], DType::i64), k, x[1].rank());
    coordinates.push_back(k == axis ? cast(x[1], DType::i64) : expand(own, x[1].shape()));
  }
  const Tensor position = positions(stack(coordinates, -1), x[0].shape());
  const Tensor y = scattered(reshape(x[0], {x[0].size()}), reshape(position, {position.size()}),
                             reshape(x[2], {x[2].size()}), reduction);
  return reshape(y, x[0].shape());
}

Tensor scatter_tuples(const Call& x) {
  const std::string reduction = x.text("reduction", "none");
  const Tensor indices = tuples_from_front(x[1], x[0].shape(), 0);
  if (reduction == "none") return scatter_nd(x[0], indices, x[2]);
  if (reduction == "add") return scatter_nd_add(x[0], indices, x[2]);
  const Tensor position = positions(indices, x[0].shape());
  const Tensor y =
      scattered(rows_of(x[0], indices.shape()[-1]), reshape(position, {position.size()}),
                rows_of(x[2], position.rank()), reduction);
  return reshape(y, x[0].shape());
}

Results top(const Call& x) {
  x.integer("sorted", 1);  // without, any order will do
  const auto [values, indices] =
      top_k(x[0], x[1].item_as_integer(), x.axis(-1), x.integer("largest", 1) != 0);
  return std::vector{values, indices};
}

}  // namespace

Operators index_operators() {
  return {
      {"ArgMax", extreme_index(argmax)},
      {"ArgMin", extreme_index(argmin)},
      {"Compress", compress},
      {"Gather", gather_along},
      {"GatherElements", gather_elements},
      {"GatherND", gather_tuples},
      {"NonZero", non_zero},
      {"OneHot", one_hot_rows},
      {"ReverseSequence", reverse_sequence},
      {"Scatter", scatter_elements},
      {"ScatterElements", scatter_elements},
      {"ScatterND", scatter_tuples},
      {"TopK", top},
  };
}

}  // namespace chronograd::onnx
