#include "chronograd/graph/tape/own_memory.h"

#include <cstddef>
#include <utility>

namespace chronograd::detail {

void give_own_memory(Output& output) {
  const Array array = output.array();
  const std::size_t bytes = static_cast<std::size_t>(output.shape.size()) * size_of(output.dtype);
  if (array.dense() && (!output.buffer || output.buffer.capacity() / 2 <= bytes + 64)) return;
  Array own = Array::allocate(output.shape, output.dtype);
  copy(array, own);
  output.buffer = std::move(own.buffer);
  output.data = own.data;
  output.strides = own.strides;
}

}  // namespace chronograd::detail
