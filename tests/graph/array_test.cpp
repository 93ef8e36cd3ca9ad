#include "chronograd/graph/array.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "chronograd/graph/error.h"
#include "tests/graph/strided_array.h"
#include "tests/repetitions.h"

namespace chronograd {
namespace {

using testing::Index;
using testing::StridedArray;

template <class T>
Array array_of(std::vector<T>& values, Shape shape, std::vector<std::int64_t> strides) {
  return {{}, reinterpret_cast<std::byte*>(values.data()), shape, Strides{strides}, dtype_of<T>()};
}

template <class T>
Array array_of(std::vector<T>& values, Shape shape) {
  return {
      {}, reinterpret_cast<std::byte*>(values.data()), shape, Strides::dense(shape), dtype_of<T>()};
}

TEST_CASE("an allocated array is dense and aligned") {
  const Array array = Array::allocate({3, 5, 7}, DType::f64);
  CHECK(array.shape == Shape{3, 5, 7});
  CHECK(array.strides == Strides::dense({3, 5, 7}));
  CHECK(array.dtype == DType::f64);
  CHECK(array.dense());
  CHECK(array.data == array.buffer.data());
  CHECK(reinterpret_cast<std::uintptr_t>(array.data) % 64 == 0);
}

TEST_CASE("an array of more bytes than there are addresses cannot be allocated") {
  const Shape huge{std::int64_t{1} << 62};
  CHECK_THROWS_AS(Array::allocate(huge, DType::f32), std::bad_alloc);
}

TEST_CASE("an array is dense if its elements follow each other in order") {
  std::vector<float> x(24);
  CHECK(array_of(x, {}).dense());
  CHECK(array_of(x, {2, 3, 4}).dense());
  CHECK(array_of(x, {0, 4}, {9, 9}).dense());
  CHECK_FALSE(array_of(x, {4, 3}, {1, 4}).dense());
  CHECK_FALSE(array_of(x, {3, 4}, {8, 1}).dense());
  CHECK_FALSE(array_of(x, {3, 4}, {0, 1}).dense());
  CHECK_FALSE(array_of(x, {4}, {-1}).dense());
  // The stride of an axis of size 1 is never walked.
  CHECK(array_of(x, {2, 1, 4}, {4, 99, 1}).dense());
}

TEST_CASE("a dense array is returned as it is, another as a dense copy") {
  std::vector<std::int32_t> x = {1, 2, 3, 4, 5, 6};
  const Array plain = array_of(x, {2, 3});
  CHECK(dense(plain).data == plain.data);

  const Array transposed = dense(array_of(x, {3, 2}, {1, 3}));
  CHECK(transposed.dense());
  const auto* y = transposed.as<std::int32_t>();
  CHECK(std::vector(y, y + 6) == std::vector<std::int32_t>{1, 4, 2, 5, 3, 6});
}

TEST_CASE("copies convert between every layout and dtype") {
  for (std::uint64_t key = 0; key < test::repetitions(3000u); ++key) {
    RandomStream random{key};
    const Shape shape = testing::random_shape(random);
    const StridedArray from{random, shape, testing::random_dtype(random)};
    const StridedArray to{random, shape, testing::random_dtype(random)};
    CAPTURE(key);
    CAPTURE(to_string(shape));
    copy(from.array, to.array);
    bool equal = true;
    testing::for_each_index(shape, [&](const Index& index) {
      const int rank = shape.rank();
      const double x = testing::read(testing::element(from.array, index, rank), from.array.dtype);
      const double y = testing::read(testing::element(to.array, index, rank), to.array.dtype);
      equal &= y == (to.array.dtype == DType::boolean ? static_cast<double>(x != 0) : x);
    });
    CHECK(equal);
    CHECK(to.canaries_live());
  }
}

TEST_CASE("large matrices are transposed") {
  const std::int64_t m = 77;
  const std::int64_t n = 130;
  std::vector<double> x(static_cast<std::size_t>(m * n));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  std::vector<double> y(x.size());
  copy(array_of(x, {n, m}, {1, n}), array_of(y, {n, m}));
  std::vector<double> z(x.size());
  copy(array_of(x, {n, m}, {1, n}), array_of(z, {n, m}, {1, n}));
  CHECK(z == x);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    for (std::size_t j = 0; j < static_cast<std::size_t>(m); ++j) {
      REQUIRE(y[i * static_cast<std::size_t>(m) + j] == x[j * static_cast<std::size_t>(n) + i]);
    }
  }
}

TEST_CASE("a stride of 0 repeats") {
  std::vector<float> x = {1, 2};
  std::vector<float> y(6);
  copy(array_of(x, {2, 3}, {1, 0}), array_of(y, {2, 3}));
  CHECK(y == std::vector<float>{1, 1, 1, 2, 2, 2});
  copy(array_of(x, {3, 2}, {0, 1}), array_of(y, {3, 2}));
  CHECK(y == std::vector<float>{1, 2, 1, 2, 1, 2});
}

TEST_CASE("numbers beyond an integer type become its nearest, NaN becomes 0") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  std::vector<double> x = {2.9, -2.9, 1e300, -1e300, inf, -inf, std::nan(""), 2147483647.5};
  std::vector<std::int32_t> y(x.size());
  copy(array_of(x, {8}), array_of(y, {8}));
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
  CHECK(y == std::vector<std::int32_t>{2, -2, most, least, most, least, 0, most});

  std::vector<float> f = {9.3e18f, -9.3e18f};
  std::vector<std::int64_t> z(2);
  copy(array_of(f, {2}), array_of(z, {2}));
  CHECK(z == std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::max(),
                                       std::numeric_limits<std::int64_t>::min()});
}

TEST_CASE("everything but 0 is true, NaN too") {
  std::vector<double> x = {0, -0.0, 0.25, std::nan(""), -3};
  std::vector<std::uint8_t> y(5, 9);
  Array to{{}, reinterpret_cast<std::byte*>(y.data()), {5}, Strides::dense({5}), DType::boolean};
  copy(array_of(x, {5}), to);
  CHECK(y == std::vector<std::uint8_t>{0, 0, 1, 1, 1});
}

TEST_CASE("arrays without elements are copied, unlike shapes are not") {
  std::vector<float> none;
  copy(array_of(none, {0, 3}), array_of(none, {0, 3}));
  std::vector<float> x(6);
  CHECK_THROWS_WITH_AS(copy(array_of(x, {2, 3}), array_of(x, {3, 2})),
                       "copy: [2, 3] to [3, 2]; the shapes must be equal", ShapeError);
}

}  // namespace
}  // namespace chronograd
