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

Tensor identity_like(const Call& x) {
  const DType dtype = x.has("dtype") ? dtype_of_onnx(x.integer("dtype", 0)) : x[0].dtype();
  const std::int64_t k = x.integer("k", 0);
  const Tensor ones_there = ones(x[0].shape(), dtype);
  return triu(tril(ones_there, k), k);
}

Tensor triangle(const Call& x) {
  const std::int64_t k = x.has(1) ? x[1].item_as_integer() : 0;
  return x.integer("upper", 1) != 0 ? triu(x[0], k) : tril(x[0], k);
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

Tensor padded_along(const Tensor& x, int axis, std::int64_t before, std::int64_t after,
                    const std::string& mode, double value) {
  if (before < 0 || after < 0) {  // takes elements off
    const std::int64_t n = x.shape()[axis];
    const Tensor rest =
        slice(x, axis, std::max<std::int64_t>(0, -before), n - std::max<std::int64_t>(0, -after));
    return padded_along(rest, axis, std::max<std::int64_t>(0, before),
                        std::max<std::int64_t>(0, after), mode, value);
  }
  if (mode == "constant") return pad(x, axis, before, after, value);
  const PadMode from = mode == "edge"   ? PadMode::edge
                       : mode == "wrap" ? PadMode::wrap
                                        : PadMode::reflect;
  return pad(x, axis, before, after, from);
}

Tensor padded(const Call& x) {
  const std::string mode = x.text("mode", "constant");
  const double value = x.has(2) ? x[2].item() : x.number("value", 0);
  const std::vector<std::int64_t> pads = integers(x, "pads", 1);
  std::vector<std::int64_t> axes(pads.size() / 2);
  std::iota(axes.begin(), axes.end(), 0);
  if (x.has(3)) axes = integers(x[3]);
  Tensor y = x[0];
  for (std::size_t k = 0; k < axes.size(); ++k) {
    y = padded_along(y, static_cast<int>(axes[k]), pads[k], pads[axes.size() + k], mode, value);
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
  const std::vector<std::int64_t> starts = integers(x, "starts", 1), ends = integers(x, "ends", 2);
  std::vector<std::int64_t> axes = integers(x, "axes", 3);
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  Tensor y = x[0];
  for (std::size_t k = 0; k < starts.size(); ++k) {
    y = slice(y, static_cast<int>(axes[k]),
              {.start = starts[k], .stop = ends[k], .step = x.has(4) ? integers(x[4])[k] : 1});
  }
  return y;
}

Results split_up(const Call& x) {
  const int axis = x.axis(0);
  const std::vector<std::int64_t> given = integers(x, "split", 1);
  if (!given.empty()) return split(x[0], given, axis);
  const std::int64_t parts = x.integer("num_outputs", static_cast<std::int64_t>(x.outputs));
  const std::int64_t size = x[0].shape()[axis];
  const std::int64_t part = (size + parts - 1) / parts;
  std::vector<std::int64_t> sizes(x.outputs, part);
  sizes.back() = size - part * (parts - 1);
  return split(x[0], sizes, axis);
}

Tensor squeeze(const Call& x) {
  const Shape shape = x[0].shape();
  const std::vector<std::int64_t> axes = integers(x, "axes", 1);
  std::vector<bool> goes(static_cast<std::size_t>(shape.rank()), false);
  for (int axis = 0; axis < shape.rank(); ++axis) {
    goes[static_cast<std::size_t>(axis)] = axes.empty() && shape[axis] == 1;
  }
  for (const std::int64_t axis : axes) {
    goes[static_cast<std::size_t>(shape.axis(static_cast<int>(axis)))] = true;
  }
  std::vector<std::int64_t> sizes;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (!goes[static_cast<std::size_t>(axis)]) sizes.push_back(shape[axis]);
  }
  return reshape(x[0], Shape(sizes));
}

Tensor unsqueeze(const Call& x) {
  std::vector<std::int64_t> axes = integers(x, "axes", 1);
  const auto rank = x[0].rank() + static_cast<std::int64_t>(axes.size());
  for (std::int64_t& axis : axes) axis += axis < 0 ? rank : 0;
  std::sort(axes.begin(), axes.end());
  Shape shape = x[0].shape();
  for (const std::int64_t axis : axes) shape = shape.inserted(static_cast<int>(axis), 1);
  return reshape(x[0], shape);
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
      {"Constant", [](const Call& x) { return x.attribute("value", Tensor{}); }},
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
      {"Tile", [](const Call& x) { return tile(x[0], integers(x[1])); }},
      {"Transpose", transposed},
      {"Trilu", triangle},
      {"Unsqueeze", unsqueeze},
  };
}

}  // namespace chronograd::onnx
