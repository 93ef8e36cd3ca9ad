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

Tensor take(const Tensor& x, const Tensor& indices, int axis) {
  axis = x.shape().axis(axis);
  std::vector<int> axis_first{axis};
  for (int k = 0; k < x.rank(); ++k) {
    if (k != axis) axis_first.push_back(k);
  }
  const Tensor rows = gather(permute(x, axis_first), indices);
  std::vector<int> back;
  for (int k = 0; k < axis; ++k) back.push_back(indices.rank() + k);
  for (int k = 0; k < indices.rank(); ++k) back.push_back(k);
  for (int k = axis; k < x.rank() - 1; ++k) back.push_back(indices.rank() + k);
  return permute(rows, back);
}

Tensor positions(const Tensor& indices, Shape sizes) {
  Tensor position = zeros(indices.shape().without(-1), DType::i64);
  for (int axis = 0; axis < indices.shape()[-1]; ++axis) {
    position = position * sizes[axis] + from_front(at(indices, axis, -1), sizes[axis]);
  }
  return position;
}

}  // namespace chronograd::onnx
