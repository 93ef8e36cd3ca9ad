#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "chronograd/ops.h"
#include "tests/onnx/indexing.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

Tensor concatenated(const Call& x) { return concat(x.inputs, x.axis(0)); }

Tensor constant(const Call& x) {
  const Tensor value = x.attribute("value", Tensor::scalar(0));
  return full(Shape(integers(x[0])), value.item(), value.dtype());
}

// Along the last two axes, how far right of the diagonal each element is.
Tensor right_of_diagonal(Shape shape) {
  const Tensor rows = arange(shape[-2], DType::i64);
  return arange(shape[-1], DType::i64) - along(rows, 0, 2);
}

Tensor identity_like(const Call& x) {
  const DType dtype = x.has("dtype") ? dtype_of_onnx(x.integer("dtype", 0)) : x[0].dtype();
  const Tensor diagonal = equal(right_of_diagonal(x[0].shape()), x.integer("k", 0));
  return cast(diagonal, dtype);
}

Tensor triangle(const Call& x) {
  const std::int64_t k = x.has(1) ? x[1].item_as_integer() : 0;
  const Tensor right = right_of_diagonal(x[0].shape());
  return where(x.integer("upper", 1) != 0 ? right >= k : right <= k, x[0], 0);
}

Tensor flattened(const Call& x) {
  const Shape shape = x[0].shape();
  const std::int64_t axis = x.integer("axis", 1);
  const auto middle = shape.begin() + (axis < 0 ? axis + shape.rank() : axis);
  const auto product = [](auto begin, auto end) {
    return std::accumulate(begin, end, std::int64_t{1}, std::multiplies<>());
  };
  return reshape(x[0], {product(shape.begin(), middle), product(middle, shape.end())});
}

// Where an element that lies outside of an axis comes from.
std::int64_t source_of(std::int64_t position, std::int64_t size, const std::string& mode) {
  if (mode == "edge") return std::clamp<std::int64_t>(position, 0, size - 1);
  const std::int64_t period = mode == "wrap" ? size : std::max<std::int64_t>(1, 2 * (size - 1));
  position = (position % period + period) % period;
  return position < size ? position : period - position;
}

Tensor padded(const Call& x) {
  const std::string mode = x.text("mode", "constant");
  const double value = x.has(2) ? x[2].item() : 0;
  if (!x.has(1)) throw Unsupported("Pad with pads");
  const std::vector<std::int64_t> pads = integers(x[1]);
  std::vector<std::int64_t> axes(pads.size() / 2);
  std::iota(axes.begin(), axes.end(), 0);
  if (x.has(3)) axes = integers(x[3]);
  Tensor y = x[0];
  for (std::size_t k = 0; k < axes.size(); ++k) {
    const int axis = static_cast<int>(axes[k]);
    const std::int64_t before = pads[k], after = pads[axes.size() + k];
    if (mode == "constant") {
      y = pad(y, axis, before, after, value);
      continue;
    }
    std::vector<std::int64_t> sources;
    const std::int64_t size = y.shape()[axis];
    for (std::int64_t at = -before; at < size + after; ++at) {
      sources.push_back(source_of(at, size, mode));
    }
    y = take(y, row(sources), axis);
  }
  return y;
}

Tensor range(const Call& x) {
  const double start = x[0].item(), limit = x[1].item(), step = x[2].item();
  const auto count = static_cast<std::int64_t>(std::max(0., std::ceil((limit - start) / step)));
  return x[0] + x[2] * arange(count, x[0].dtype());
}

Tensor reshaped(const Call& x) {
  std::vector<std::int64_t> sizes = integers(x[1]);
  std::int64_t known = 1;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (sizes[k] == 0 && x.integer("allowzero", 0) == 0)
      sizes[k] = x[0].shape()[static_cast<int>(k)];
    if (sizes[k] != -1) known *= sizes[k];
  }
  for (std::int64_t& size : sizes) {
    if (size == -1) size = x[0].size() / known;
  }
  return reshape(x[0], Shape(sizes));
}

// A position as Python's slices count: from the end when negative, and cut off.
std::int64_t bound(std::int64_t position, std::int64_t size, std::int64_t low, std::int64_t high) {
  return std::clamp(position < 0 ? position + size : position, low, high);
}

Tensor shape_of_input(const Call& x) {
  const auto sizes = x[0].shape().sizes();
  const std::int64_t rank = x[0].rank();
  const std::int64_t start = bound(x.integer("start", 0), rank, 0, rank);
  const std::int64_t end = bound(x.integer("end", rank), rank, 0, rank);
  return row(sizes.subspan(static_cast<std::size_t>(start),
                           static_cast<std::size_t>(std::max<std::int64_t>(0, end - start))));
}

Tensor sliced(const Call& x) {
  const std::vector<std::int64_t> starts = integers(x[1]), ends = integers(x[2]);
  Tensor y = x[0];
  for (std::size_t k = 0; k < starts.size(); ++k) {
    const int axis = static_cast<int>(x.has(3) ? integers(x[3])[k] : static_cast<std::int64_t>(k));
    const std::int64_t step = x.has(4) ? integers(x[4])[k] : 1;
    const std::int64_t size = y.shape()[axis];
    const std::int64_t low = step < 0 ? -1 : 0, high = step < 0 ? size - 1 : size;
    const std::int64_t start = bound(starts[k], size, low, high);
    const std::int64_t end = bound(ends[k], size, low, high);
    if (step == 1) {
      y = slice(y, axis, start, std::max(start, end));
      continue;
    }
    std::vector<std::int64_t> taken;
    for (std::int64_t at = start; step < 0 ? at > end : at < end; at += step) taken.push_back(at);
    y = take(y, row(taken), axis);
  }
  return y;
}

Results split_up(const Call& x) {
  const int axis = x.axis(0);
  if (x.has(1)) return split(x[0], integers(x[1]), axis);
  const std::int64_t parts = x.integer("num_outputs", static_cast<std::int64_t>(x.outputs));
  const std::int64_t size = x[0].shape()[axis];
  const std::int64_t part = (size + parts - 1) / parts;
  std::vector<std::int64_t> sizes(x.outputs, part);
  sizes.back() = size - part * (parts - 1);
  return split(x[0], sizes, axis);
}

Tensor squeeze(const Call& x) {
  const Shape shape = x[0].shape();
  std::vector<bool> goes(static_cast<std::size_t>(shape.rank()), false);
  for (int axis = 0; axis < shape.rank(); ++axis) {
    goes[static_cast<std::size_t>(axis)] = !x.has(1) && shape[axis] == 1;
  }
  if (x.has(1)) {
    for (const std::int64_t axis : integers(x[1])) {
      goes[static_cast<std::size_t>(shape.axis(static_cast<int>(axis)))] = true;
    }
  }
  std::vector<std::int64_t> sizes;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (!goes[static_cast<std::size_t>(axis)]) sizes.push_back(shape[axis]);
  }
  return reshape(x[0], Shape(sizes));
}

Tensor unsqueeze(const Call& x) {
  std::vector<std::int64_t> axes = integers(x[1]);
  const auto rank = x[0].rank() + static_cast<std::int64_t>(axes.size());
  for (std::int64_t& axis : axes) axis += axis < 0 ? rank : 0;
  std::sort(axes.begin(), axes.end());
  Shape shape = x[0].shape();
  for (const std::int64_t axis : axes) shape = shape.inserted(static_cast<int>(axis), 1);
  return reshape(x[0], shape);
}

Tensor tile(const Call& x) {
  const std::vector<std::int64_t> times = integers(x[1]);
  Tensor y = x[0];
  for (int axis = 0; axis < y.rank(); ++axis) {
    const std::int64_t copies = times[static_cast<std::size_t>(axis)];
    const Shape shape = y.shape();
    const Tensor repeated =
        expand(reshape(y, shape.inserted(axis, 1)), shape.inserted(axis, copies));
    y = reshape(repeated, shape.with(axis, copies * shape[axis]));
  }
  return y;
}

Tensor transposed(const Call& x) {
  std::vector<std::int64_t> reversed(static_cast<std::size_t>(x[0].rank()));
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  const auto axes = x.attribute("perm", reversed);
  return permute(x[0], std::vector<int>(axes.begin(), axes.end()));
}

}  // namespace

Operators shape_operators() {
  return {
      {"Cast", [](const Call& x) { return cast(x[0], dtype_of_onnx(x.integer("to", 0))); }},
      {"Concat", concatenated},
      {"ConstantOfShape", constant},
      {"EyeLike", identity_like},
      {"Flatten", flattened},
      {"Pad", padded},
      {"Range", range},
      {"Reshape", reshaped},
      {"Shape", shape_of_input},
      {"Size", [](const Call& x) { return Tensor::copy_of({std::int64_t{x[0].size()}}, Shape{}); }},
      {"Slice", sliced},
      {"Split", split_up},
      {"Squeeze", squeeze},
      {"Tile", tile},
      {"Transpose", transposed},
      {"Trilu", triangle},
      {"Unsqueeze", unsqueeze},
  };
}

}  // namespace chronograd::onnx
