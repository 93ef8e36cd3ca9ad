#include "chronograd/ops/detail/reduction_kernels.h"

#include <array>
#include <type_traits>
#include <vector>

namespace chronograd::detail {
namespace {

template <class T>
void sum_of(const Array& in, std::uint32_t axes, T* out) {
  using Sum = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
  const int rank = in.shape.rank();
  std::array<std::int64_t, Shape::max_rank> out_stride{};
  std::int64_t outputs = 1;
  for (int axis = rank - 1; axis >= 0; --axis) {
    if ((axes >> axis & 1) != 0) continue;
    out_stride[static_cast<std::size_t>(axis)] = outputs;
    outputs *= in.shape[axis];
  }
  std::vector<Sum> sums(static_cast<std::size_t>(outputs));
  std::array<std::int64_t, Shape::max_rank> at{};
  const T* x = in.as<T>();
  for (std::int64_t k = 0; k < in.shape.size(); ++k) {
    std::int64_t from = 0;
    std::int64_t to = 0;
    for (int axis = 0; axis < rank; ++axis) {
      from += at[static_cast<std::size_t>(axis)] * in.strides[axis];
      to += at[static_cast<std::size_t>(axis)] * out_stride[static_cast<std::size_t>(axis)];
    }
    sums[static_cast<std::size_t>(to)] += static_cast<Sum>(x[from]);
    for (int axis = rank - 1; axis >= 0; --axis) {
      if (++at[static_cast<std::size_t>(axis)] < in.shape[axis]) break;
      at[static_cast<std::size_t>(axis)] = 0;
    }
  }
  for (const Sum sum : sums) *out++ = static_cast<T>(sum);
}

}  // namespace

void sum(const Array& in, std::uint32_t axes, const Array& out) {
  switch (in.dtype) {
    case DType::f32:
      return sum_of(in, axes, out.as<float>());
    case DType::f64:
      return sum_of(in, axes, out.as<double>());
    case DType::i32:
      return sum_of(in, axes, out.as<std::int32_t>());
    case DType::i64:
      return sum_of(in, axes, out.as<std::int64_t>());
    case DType::boolean:
      return;
  }
}

}  // namespace chronograd::detail
