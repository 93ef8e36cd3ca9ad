#include "chronograd/io/detail/rearrange.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace chronograd::detail {
namespace {

template <class To, class From>
Tensor converted(const Tensor& tensor) {
  const auto values = tensor.values<From>();
  std::vector<To> result(values.size());
  std::ranges::transform(values, result.begin(), [](From v) { return static_cast<To>(v); });
  return Tensor::adopt(std::move(result), tensor.shape());
}

}  // namespace

Tensor as_dtype(const Tensor& tensor, DType dtype) {
  if (tensor.dtype() == dtype || !is_floating(tensor.dtype()) || !is_floating(dtype)) {
    return tensor;
  }
  return dtype == DType::f64 ? converted<double, float>(tensor) : converted<float, double>(tensor);
}

Tensor reversed(const Tensor& tensor) {
  if (tensor.dtype() != DType::f64) return tensor;
  const auto values = tensor.values<double>();
  const auto sizes = tensor.shape().sizes();
  std::vector<double> result(values.size());
  for (std::size_t from = 0; from < values.size(); ++from) {
    std::size_t rest = from;
    std::size_t to = 0;
    for (std::size_t axis = sizes.size(); axis-- > 0;) {
      const auto size = static_cast<std::size_t>(sizes[axis]);
      to = to * size + rest % size;
      rest /= size;
    }
    result[to] = values[from];
  }
  const std::vector<std::int64_t> shape(sizes.rbegin(), sizes.rend());
  return Tensor::adopt(std::move(result), Shape{std::span(shape)});
}

Tensor first_two_of_three_exchanged(const Tensor& tensor) {
  const Shape shape = tensor.shape();
  if (tensor.dtype() != DType::f64 || shape.rank() == 0 || shape[-1] % 3 != 0) return tensor;
  const auto values = tensor.values<double>();
  std::vector<double> result(values.begin(), values.end());
  const auto part = static_cast<std::ptrdiff_t>(shape[-1] / 3);
  for (auto at = result.begin(); at != result.end(); at += 3 * part) {
    std::swap_ranges(at, at + part, at + part);
  }
  return Tensor::adopt(std::move(result), shape);
}

Tensor row(const Tensor& matrix, std::int64_t index) {
  if (matrix.dtype() != DType::f64) return matrix;
  const auto size = static_cast<std::size_t>(matrix.shape()[1]);
  const auto values = matrix.values<double>().subspan(static_cast<std::size_t>(index) * size, size);
  return Tensor::adopt(std::vector<double>(values.begin(), values.end()), {matrix.shape()[1]});
}

Tensor sum_of(const Tensor& a, const Tensor& b) {
  if (a.dtype() != DType::f64 || b.dtype() != DType::f64) return a;
  const auto left = a.values<double>();
  std::vector<double> result(left.size());
  std::ranges::transform(left, b.values<double>(), result.begin(), std::plus{});
  return Tensor::adopt(std::move(result), a.shape());
}

}  // namespace chronograd::detail
