#include "chronograd/ops/detail/view.h"

#include "chronograd/ops/detail/per_axis.h"

namespace chronograd::detail {
namespace {

// Empty arrays may have no memory to point into.
std::byte* moved(const Array& array, Shape seen, std::int64_t offset) {
  if (seen.empty()) return array.data;
  return array.data + offset * static_cast<std::int64_t>(size_of(array.dtype));
}

}  // namespace

void see_input(const Run& run, int k, std::int64_t offset, Strides strides) {
  const Array& input = run.inputs[0];
  Array& output = run.outputs[static_cast<std::size_t>(k)];
  output.buffer = input.buffer;
  output.data = moved(input, output.shape, offset);
  output.strides = strides;
}

Array part_of(const Array& array, int axis, std::int64_t start, std::int64_t size) {
  Array part = array;
  part.shape = array.shape.with(axis, size);
  part.data = moved(array, part.shape, start * array.strides[axis]);
  return part;
}

Array strided_part_of(const Array& array, int axis, std::int64_t start, std::int64_t count,
                      std::int64_t step) {
  Array part = part_of(array, axis, start, count);
  PerAxis strides{array.strides.values()};
  strides[axis] *= step;
  part.strides = Strides{strides};
  return part;
}

Array reversed(const Array& array, int axis) {
  PerAxis strides{array.strides.values()};
  strides[axis] = -strides[axis];
  Array seen = array;
  seen.data = moved(array, array.shape, (array.shape[axis] - 1) * array.strides[axis]);
  seen.strides = Strides{strides};
  return seen;
}

Array entry_of(const Array& array, int axis, std::int64_t index) {
  PerAxis strides{array.shape.rank() - 1};
  for (int k = 0; k + 1 < array.shape.rank(); ++k) strides[k] = array.strides[k < axis ? k : k + 1];
  Array entry = array;
  entry.shape = array.shape.without(axis);
  entry.strides = Strides{strides};
  entry.data = moved(array, entry.shape, index * array.strides[axis]);
  return entry;
}

}  // namespace chronograd::detail
