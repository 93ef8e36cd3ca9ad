#include "chronograd/graph/array.h"

#include <new>

#include "chronograd/graph/error.h"
#include "chronograd/graph/memory/move.h"
#include "chronograd/graph/memory/nest.h"

namespace chronograd {

Array Array::allocate(Shape shape, DType dtype) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(shape.size(), size_of(dtype), &bytes)) throw std::bad_alloc();
  Array array{Buffer::allocate(bytes), nullptr, shape, Strides::dense(shape), dtype};
  array.data = array.buffer.data();
  return array;
}

bool Array::dense() const {
  if (shape.empty()) return true;
  std::int64_t step = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    if (shape[axis] == 1) continue;
    if (strides[axis] != step) return false;
    step *= shape[axis];
  }
  return true;
}

Array dense(const Array& array) {
  if (array.dense()) return array;
  Array result = Array::allocate(array.shape, array.dtype);
  copy(array, result);
  return result;
}

void copy(const Array& from, const Array& to) {
  if (from.shape != to.shape) {
    throw ShapeError("copy: " + to_string(from.shape) + " to " + to_string(to.shape) +
                     "; the shapes must be equal");
  }
  if (from.shape.empty()) return;
  detail::Nest nest{from.shape, 2};
  nest.add(from);
  nest.add(to);
  nest.merge();
  const int column = nest.rank() - 1;
  const int row = nest.rank() - 2;
  nest.set_step(column, nest.size(column));
  if (row >= 0) nest.set_step(row, nest.size(row));
  const auto block = [&](const detail::Walker& w) {
    return detail::Block{w.data, w.dtype, row >= 0 ? nest.stride(w, row) : 0,
                         nest.stride(w, column)};
  };
  const detail::Walker& source = nest.walkers()[0];
  const detail::Walker& target = nest.walkers()[1];
  do {
    detail::move(block(source), block(target), row >= 0 ? nest.size(row) : 1, nest.size(column));
  } while (nest.next());
}

}  // namespace chronograd
