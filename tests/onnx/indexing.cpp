#include "tests/onnx/indexing.h"

#include <vector>

#include "chronograd/ops.h"

namespace chronograd::onnx {

Tensor row(std::span<const std::int64_t> numbers) {
  return Tensor::copy_of(numbers, {static_cast<std::int64_t>(numbers.size())});
}

Tensor along(const Tensor& numbers, int axis, int rank) {
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(rank), 1);
  return reshape(numbers, Shape(sizes).with(axis, numbers.size()));
}

Tensor from_front(const Tensor& indices, std::int64_t size) {
  const Tensor wide = cast(indices, DType::i64);
  return where(wide < 0, wide + size, wide);
}

Tensor positions(const Tensor& indices, Shape sizes) {
  Tensor position = zeros(indices.shape().without(-1), DType::i64);
  for (int axis = 0; axis < indices.shape()[-1]; ++axis) {
    position = position * sizes[axis] + from_front(at(indices, axis, -1), sizes[axis]);
  }
  return position;
}

}  // namespace chronograd::onnx
