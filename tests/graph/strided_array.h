#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "chronograd/graph/array.h"
#include "chronograd/graph/random.h"

namespace chronograd::testing {

using Index = std::array<std::int64_t, Shape::max_rank>;

/// Calls f(index) for every index of a shape in row-major order.
template <class F>
void for_each_index(Shape shape, F f) {
  Index index{};
  for (std::int64_t i = 0; i < shape.size(); ++i) {
    f(index);
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      auto& at = index[static_cast<std::size_t>(axis)];
      if (++at < shape[axis]) break;
      at = 0;
    }
  }
}

/// The element's address; `index` is into `rank` axes to which the array is broadcast.
inline std::byte* element(const Array& array, const Index& index, int rank) {
  const int missing = rank - array.shape.rank();
  std::int64_t offset = 0;
  for (int axis = 0; axis < array.shape.rank(); ++axis) {
    if (array.shape[axis] == 1) continue;
    offset += index[static_cast<std::size_t>(axis + missing)] * array.strides[axis];
  }
  return array.data + offset * static_cast<std::int64_t>(size_of(array.dtype));
}

/// Reads any element as a double, which holds what these tests compute with.
inline double read(const std::byte* at, DType dtype) {
  const auto as = [at]<class T>(T value) {
    std::memcpy(&value, at, sizeof value);
    return static_cast<double>(value);
  };
  switch (dtype) {
    case DType::f32:
      return as(float{});
    case DType::f64:
      return as(double{});
    case DType::i32:
      return as(std::int32_t{});
    case DType::i64:
      return as(std::int64_t{});
    case DType::boolean:
      return as(std::uint8_t{});
  }
  return 0;
}

inline void write(std::byte* at, DType dtype, double value) {
  const auto as = [at]<class T>(T converted) { std::memcpy(at, &converted, sizeof converted); };
  switch (dtype) {
    case DType::f32:
      return as(static_cast<float>(value));
    case DType::f64:
      return as(value);
    case DType::i32:
      return as(static_cast<std::int32_t>(value));
    case DType::i64:
      return as(static_cast<std::int64_t>(value));
    case DType::boolean:
      return as(static_cast<std::uint8_t>(value != 0));
  }
}

/// An array with any order of axes, gaps and reversed axes, of small whole numbers, in a block
/// whose other bytes are `canary`.
struct StridedArray {
  static constexpr std::byte canary{0xA5};

  StridedArray(RandomStream& random, Shape shape, DType dtype) {
    const auto bytes = static_cast<std::int64_t>(size_of(dtype));
    const auto rank = static_cast<std::size_t>(shape.rank());
    std::vector<std::int64_t> strides(rank);
    std::vector<std::size_t> order(rank);
    for (std::size_t i = 0; i < rank; ++i) order[i] = i;
    if (random.below(2) == 0) {
      for (std::size_t i = rank; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    }
    const bool plain = random.below(2) == 0;
    std::int64_t step = 1;
    std::int64_t first = 0;
    for (std::size_t i = rank; i-- > 0;) {
      const std::size_t axis = order[i];
      const std::int64_t size = shape[static_cast<int>(axis)];
      if (!plain && random.below(4) == 0) step += 1 + static_cast<std::int64_t>(random.below(3));
      strides[axis] = step;
      step *= std::max<std::int64_t>(size, 1);
      if (!plain && random.below(5) == 0 && size > 0) {
        first += (size - 1) * strides[axis];
        strides[axis] = -strides[axis];
      }
    }
    constexpr std::int64_t margin = 64;
    block.assign(static_cast<std::size_t>(step * bytes + 2 * margin), canary);
    array = {{}, block.data() + margin + first * bytes, shape, Strides{strides}, dtype};
    for_each_index(shape, [&](const Index& index) {
      const double value = static_cast<double>(random.below(9)) - 4;
      write(element(array, index, shape.rank()), dtype, value);
    });
  }

  StridedArray(const StridedArray&) = delete;
  StridedArray& operator=(const StridedArray&) = delete;

  /// Whether only elements were written.
  bool canaries_live() const {
    std::vector<bool> is_element(block.size());
    for_each_index(array.shape, [&](const Index& index) {
      const auto at = element(array, index, array.shape.rank()) - block.data();
      std::fill_n(is_element.begin() + at, size_of(array.dtype), true);
    });
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (!is_element[i] && block[i] != canary) return false;
    }
    return true;
  }

  std::vector<std::byte> block;
  Array array;
};

inline DType random_dtype(RandomStream& random) { return static_cast<DType>(random.below(5)); }

/// Any rank, with sizes of 0 now and then and sometimes an axis longer than a tile.
inline Shape random_shape(RandomStream& random, int most_axes = 4) {
  std::vector<std::int64_t> sizes(random.below(static_cast<std::uint64_t>(most_axes) + 1));
  for (std::int64_t& size : sizes) size = 1 + static_cast<std::int64_t>(random.below(6));
  if (!sizes.empty()) {
    std::int64_t& some = sizes[random.below(sizes.size())];
    switch (random.below(12)) {
      case 0:
        some = 0;
        break;
      case 1:
        some = static_cast<std::int64_t>(random.below(3000));
        break;
      case 2:
      case 3:
        some = static_cast<std::int64_t>(random.below(100));
        break;
      case 4:
      case 5:  // rows that are worth a loop of their own
        sizes.back() = 28 + static_cast<std::int64_t>(random.below(40));
        break;
      default:
        break;
    }
  }
  return Shape{std::span<const std::int64_t>{sizes}};
}

}  // namespace chronograd::testing
