#include "chronograd/ops/matmul.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/graph/threads.h"
#include "chronograd/ops/reshape.h"
#include "tests/ops/laid_out.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

struct Threads {
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(before); }
  int before = threads();
};

// The number of x at an index of the product's leading axes and its own last two.
double at(const Tensor& x, std::span<const std::int64_t> batch, std::int64_t row,
          std::int64_t column) {
  const int leading = x.rank() - 2;
  std::int64_t position = 0;
  for (int axis = 0; axis < leading; ++axis) {
    const auto index = batch[batch.size() - static_cast<std::size_t>(leading - axis)];
    position = position * x.shape()[axis] + (x.shape()[axis] == 1 ? 0 : index);
  }
  position = (position * x.shape()[-2] + row) * x.shape()[-1] + column;
  const auto k = static_cast<std::size_t>(position);
  return x.dtype() == DType::f32 ? static_cast<double>(x.values<float>()[k])
                                 : x.values<double>()[k];
}

double inner_product(const Tensor& a, const Tensor& b, std::span<const std::int64_t> batch,
                     std::int64_t row, std::int64_t column) {
  double total = 0;
  for (std::int64_t k = 0; k < a.shape()[-1]; ++k) {
    total += at(a, batch, row, k) * at(b, batch, k, column);
  }
  return total;
}

// What is wrong with y = a b; empty when nothing is.
std::string wrong(const Tensor& y, const Tensor& a, const Tensor& b) {
  const double tolerance = y.dtype() == DType::f32 ? 1e-4 : 1e-12;
  const auto sizes = y.shape().sizes();
  std::vector<std::int64_t> index(sizes.size(), 0);
  for (std::int64_t n = 0; n < y.size(); ++n) {
    const std::size_t rank = index.size();
    const std::span<const std::int64_t> batch(index.data(), rank - 2);
    const double expected = inner_product(a, b, batch, index[rank - 2], index[rank - 1]);
    const double came = at(y, batch, index[rank - 2], index[rank - 1]);
    if (!(std::abs(came - expected) <= tolerance * (1 + std::abs(expected)))) {
      return "element " + std::to_string(n) + " is " + std::to_string(came) + ", not " +
             std::to_string(expected);
    }
    for (std::size_t axis = rank; axis-- > 0 && ++index[axis] == sizes[axis];) index[axis] = 0;
  }
  return "";
}

Shape shape_of(std::vector<std::int64_t> leading, std::int64_t rows, std::int64_t columns) {
  leading.push_back(rows);
  leading.push_back(columns);
  return Shape(std::span<const std::int64_t>(leading));
}

std::array<Shape, 2> operand_shapes(Draw& draw, std::int64_t largest) {
  const auto size = [&] { return draw.below(10) == 0 ? 0 : draw.between(1, largest); };
  const std::int64_t m = size(), k = size(), n = size();
  std::vector<std::int64_t> batch(static_cast<std::size_t>(draw.below(3)));
  for (auto& b : batch) b = draw.below(20) == 0 ? 0 : draw.between(1, 4);
  std::array<std::vector<std::int64_t>, 2> leading{batch, batch};
  for (auto& own : leading) {
    for (auto& b : own) {
      if (draw.below(3) == 0) b = 1;
    }
    if (draw.below(3) == 0) own.clear();
  }
  return {shape_of(leading[0], m, k), shape_of(leading[1], k, n)};
}

void check_random_products(int count, std::int64_t largest, DType dtype) {
  Draw draw{static_cast<std::uint64_t>(count) + static_cast<std::uint64_t>(largest)};
  for (int n = 0; n < count; ++n) {
    const auto shapes = operand_shapes(draw, largest);
    const Shape a_shape = shapes[0];
    const Shape b_shape = shapes[1];
    const Tape tape;  // views stay views
    const Tensor a = laid_out(draw, a_shape, dtype);
    const Tensor b = laid_out(draw, b_shape, dtype);
    const Tensor y = matmul(a, b).detach();
    REQUIRE(y.shape()[-2] == a_shape[-2]);
    REQUIRE(y.shape()[-1] == b_shape[-1]);
    CAPTURE(to_string(a_shape));
    CAPTURE(to_string(b_shape));
    REQUIRE(wrong(y, a.detach(), b.detach()) == "");
  }
}

TEST_CASE("matmul multiplies rows by columns") {
  const Tensor a = Tensor::copy_of<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  const Tensor b = Tensor::copy_of<float>({7, 8, 9, 10, 11, 12}, {3, 2});
  CHECK(same_values(matmul(a, b), Tensor::copy_of<float>({58, 64, 139, 154}, {2, 2})));
}

TEST_CASE("two thousand random products in f32, of any layout, agree with the plain sum") {
  check_random_products(2000, 9, DType::f32);
}

TEST_CASE("a thousand random products in f64, of any layout, agree with the plain sum") {
  check_random_products(1000, 9, DType::f64);
}

TEST_CASE("products that fill blocks and parts agree with the plain sum") {
  const Threads threads(3);
  check_random_products(30, 90, DType::f32);
  check_random_products(30, 90, DType::f64);
  Draw draw{7};
  for (const auto& [m, k, n] :
       {std::array<std::int64_t, 3>{101, 300, 40}, std::array<std::int64_t, 3>{3, 520, 530},
        std::array<std::int64_t, 3>{200, 3, 7}, std::array<std::int64_t, 3>{20, 33, 1024}}) {
    for (const DType dtype : {DType::f32, DType::f64}) {
      const Tensor a = cast(draw.tensor({m, k}), dtype);
      const Tensor b = cast(draw.tensor({k, n}), dtype);
      CHECK(wrong(matmul(a, b), a, b) == "");
    }
  }
}

TEST_CASE("products of transposed operands that are copied apart agree with the plain sum") {
  Draw draw{9};
  for (const auto& [m, k, n] :
       {std::array<std::int64_t, 3>{256, 260, 129}, std::array<std::int64_t, 3>{130, 257, 256}}) {
    const Tape tape;
    const Tensor a = cast(draw.tensor({k, m}), DType::f32);
    const Tensor b = cast(draw.tensor({k, n}), DType::f32);
    const Tensor y = matmul(transpose(a), b);
    CHECK(wrong(y.detach(), transpose(a).detach(), b) == "");
  }
}

TEST_CASE("a row times a matrix, and a matrix times a column, agree with the plain sum") {
  Draw draw{8};
  for (const int count : {1, 2}) {
    const Threads threads(count);
    for (const auto& size :
         {std::array<std::int64_t, 2>{1, 1}, std::array<std::int64_t, 2>{7, 30},
          std::array<std::int64_t, 2>{16, 64}, std::array<std::int64_t, 2>{29, 77},
          std::array<std::int64_t, 2>{67, 131}, std::array<std::int64_t, 2>{19, 9000},
          std::array<std::int64_t, 2>{700, 520}}) {
      const auto [k, n] = size;
      CAPTURE(size[0]);
      CAPTURE(size[1]);
      const Tape tape;
      const Tensor x = laid_out(draw, {1, k}, DType::f32);
      const Tensor by_rows = cast(draw.tensor({k, n}), DType::f32);
      const Tensor by_columns = transpose(cast(draw.tensor({n, k}), DType::f32));
      for (const Tensor& m : {by_rows, by_columns}) {
        CHECK(wrong(matmul(x, m).detach(), x.detach(), m.detach()) == "");
        const Tensor column = transpose(x);
        const Tensor rows = transpose(m);
        CHECK(wrong(matmul(rows, column).detach(), rows.detach(), column.detach()) == "");
      }
    }
  }
}

TEST_CASE("a sequence times a matrix is the product of all its rows, to the bit") {
  Draw draw{1};
  const Tensor x = cast(draw.tensor({5, 8, 64}), DType::f32);
  const Tensor w = cast(draw.tensor({64, 96}), DType::f32);
  CHECK(same_values(matmul(x, w), reshape(matmul(reshape(x, {40, 64}), w), {5, 8, 96})));
}

TEST_CASE("a sum of no products is zero, and no rows give no rows") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    const auto zeros = [&](Shape shape) {
      return cast(Tensor::adopt(std::vector<double>(static_cast<std::size_t>(shape.size())), shape),
                  dtype);
    };
    CHECK(same_values(matmul(zeros({2, 0}), zeros({0, 3})), zeros({2, 3})));
    CHECK(matmul(zeros({0, 4}), zeros({4, 3})).shape() == Shape{0, 3});
    CHECK(matmul(zeros({2, 4}), zeros({4, 0})).shape() == Shape{2, 0});
    CHECK(matmul(zeros({0, 2, 4}), zeros({4, 5})).shape() == Shape{0, 2, 5});
  }
}

TEST_CASE("NaN and infinity reach what depends on them, and nothing else") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  for (const DType dtype : {DType::f32, DType::f64}) {
    const Tensor a = cast(Tensor::copy_of<double>({nan, 1, inf, 1, 0, 1}, {3, 2}), dtype);
    const Tensor b = cast(Tensor::copy_of<double>({1, 0, 1, 1}, {2, 2}), dtype);
    const Tensor y = cast(matmul(a, b), DType::f64);
    CHECK(std::isnan(y.values<double>()[0]));
    CHECK(std::isnan(y.values<double>()[1]));
    CHECK(y.values<double>()[2] == inf);
    CHECK(std::isnan(y.values<double>()[3]));
    CHECK(y.values<double>()[4] == 1);
    CHECK(y.values<double>()[5] == 1);
  }
}

TEST_CASE("matmul refuses inner dimensions that differ") {
  const Tensor a = Tensor::copy_of(std::vector<float>(3200), {32, 100});
  const Tensor b = Tensor::copy_of(std::vector<float>(65536), {128, 512});
  CHECK_THROWS_WITH_AS(matmul(a, b),
                       Contains("matmul: [32, 100] x [128, 512]; the inner dimensions 100 and 128 "
                                "must be equal (tests/ops/matmul_test.cpp:"),
                       ShapeError);
}

TEST_CASE("matmul refuses vectors, scalars and numbers") {
  const Tensor vector = Tensor::copy_of<float>({1, 2}, {2});
  const Tensor matrix = Tensor::copy_of<float>({1, 2, 3, 4}, {2, 2});
  CHECK_THROWS_WITH_AS(matmul(matrix, vector),
                       Contains("matmul: [2, 2] x [2]; both need at least 2 axes; reshape a vector "
                                "to [1, n] for a row or [n, 1] for a column ("),
                       ShapeError);
  CHECK_THROWS_WITH_AS(matmul(vector, matrix), Contains("matmul: [2] x [2, 2]; both need"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(matmul(matrix, 2), Contains("matmul: [2, 2] x []; both need"), ShapeError);
}

TEST_CASE("matmul refuses leading axes that do not broadcast") {
  const Tensor a = Tensor::copy_of(std::vector<float>(24), {4, 2, 3});
  const Tensor b = Tensor::copy_of(std::vector<float>(30), {5, 3, 2});
  CHECK_THROWS_WITH_AS(matmul(a, b),
                       Contains("matmul: [4, 2, 3] x [5, 3, 2]; the leading axes [4] and [5] must "
                                "be equal or 1 where they meet ("),
                       ShapeError);
}

TEST_CASE("matmul refuses integers and mixed dtypes") {
  const Tensor i = Tensor::copy_of<std::int32_t>({1}, {1, 1});
  const Tensor f = Tensor::copy_of<float>({1}, {1, 1});
  const Tensor d = Tensor::copy_of<double>({1}, {1, 1});
  CHECK_THROWS_WITH_AS(matmul(i, i), Contains("matmul: i32 x i32; they must be f32 or f64; cast "),
                       DTypeError);
  CHECK_THROWS_WITH_AS(matmul(f, d),
                       Contains("matmul: f32 x f64; the dtypes must be equal; cast one of them ("),
                       DTypeError);
  CHECK_THROWS_AS(matmul(f, i), DTypeError);
}

GRADIENT_CASE("matmul", Smooth::yes, [](Draw& draw) -> Trial {
  const auto [a, b] = operand_shapes(draw, 4);
  return {{draw.tensor(a), draw.tensor(b)}, [](auto x) { return matmul(x[0], x[1]); }};
});

GRADIENT_CASE("matmul by itself", Smooth::yes, [](Draw& draw) -> Trial {
  const std::int64_t n = draw.between(1, 5);
  return {{draw.tensor({n, n})}, [](auto x) { return matmul(x[0], matmul(x[0], x[0])); }};
});

}  // namespace
}  // namespace chronograd
