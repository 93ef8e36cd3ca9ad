#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "chronograd/graph/tensor.h"
#include "chronograd/ops/cast.h"

/// What tests of ops that only move numbers need: tensors whose numbers tell where they were.
namespace chronograd::test {

inline constexpr std::array all_dtypes = {DType::f32, DType::f64, DType::i32, DType::i64,
                                          DType::boolean};

/// 0, 1, 2, .. in row-major order; for bool, true at the multiples of 3.
inline Tensor counted(Shape shape, DType dtype = DType::f32) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = static_cast<std::int64_t>(dtype == DType::boolean ? i % 3 == 0 : i);
  }
  return cast(Tensor::adopt(std::move(numbers), shape), dtype).detach();
}

using Index = std::vector<std::int64_t>;

/// Where an index is in row-major order.
inline std::int64_t position(Shape shape, const Index& index) {
  std::int64_t at = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    at = at * shape[axis] + index[static_cast<std::size_t>(axis)];
  }
  return at;
}

/// What `counted` has at an index.
inline std::int64_t count_at(Shape shape, const Index& index, DType dtype = DType::f32) {
  const std::int64_t at = position(shape, index);
  return dtype == DType::boolean ? at % 3 == 0 : at;
}

/// Where `tensor` has another number than `expected(index)`, or another shape; empty when nowhere.
template <class F>
std::string differs(const Tensor& tensor, Shape shape, F expected) {
  if (tensor.shape() != shape) return "the shape is " + to_string(tensor.shape());
  const Tensor wide = cast(tensor, DType::i64).detach();
  const auto numbers = wide.values<std::int64_t>();
  Index index(static_cast<std::size_t>(shape.rank()));
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    auto rest = static_cast<std::int64_t>(at);
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      index[static_cast<std::size_t>(axis)] = rest % shape[axis];
      rest /= shape[axis];
    }
    const std::int64_t wanted = expected(index);
    if (numbers[at] != wanted) {
      return "number " + std::to_string(at) + " is " + std::to_string(numbers[at]) + ", not " +
             std::to_string(wanted);
    }
  }
  return "";
}

}  // namespace chronograd::test
