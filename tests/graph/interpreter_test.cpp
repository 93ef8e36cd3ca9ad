#include "chronograd/graph/kernels/interpreter.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <optional>

#include "chronograd/graph/error.h"
#include "tests/graph/strided_array.h"
#include "tests/repetitions.h"

namespace chronograd::detail {
namespace {

using testing::Index;
using testing::StridedArray;

// Instructions whose results on small whole numbers are exact for every dtype.
constexpr Scalar exact[] = {
    Scalar::copy,        Scalar::neg,         Scalar::abs,     Scalar::sign,
    Scalar::relu,        Scalar::logical_not, Scalar::add,     Scalar::sub,
    Scalar::minimum,     Scalar::maximum,     Scalar::equal,   Scalar::not_equal,
    Scalar::less,        Scalar::less_equal,  Scalar::greater, Scalar::greater_equal,
    Scalar::logical_and, Scalar::logical_or,  Scalar::select,
};

double evaluate(Scalar op, double a, double b, double c) {
  switch (op) {
    case Scalar::copy:
      return a;
    case Scalar::neg:
      return -a;
    case Scalar::abs:
      return std::abs(a);
    case Scalar::sign:
      return (a > 0) - (a < 0);
    case Scalar::relu:
      return a > 0 ? a : 0;
    case Scalar::logical_not:
      return a == 0;
    case Scalar::add:
      return a + b;
    case Scalar::sub:
      return a - b;
    case Scalar::minimum:
      return std::min(a, b);
    case Scalar::maximum:
      return std::max(a, b);
    case Scalar::equal:
      return a == b;
    case Scalar::not_equal:
      return a != b;
    case Scalar::less:
      return a < b;
    case Scalar::less_equal:
      return a <= b;
    case Scalar::greater:
      return a > b;
    case Scalar::greater_equal:
      return a >= b;
    case Scalar::logical_and:
      return a != 0 && b != 0;
    case Scalar::logical_or:
      return a != 0 || b != 0;
    case Scalar::select:
      return a != 0 ? b : c;
    default:
      FAIL("not an exact instruction");
      return 0;
  }
}

/// The registers after the program ran on the elements at `index`.
std::vector<double> evaluate(std::span<const Instruction> code, std::span<const Array> inputs,
                             const Index& index, int rank) {
  std::vector<double> registers;
  for (const Array& input : inputs) {
    registers.push_back(testing::read(testing::element(input, index, rank), input.dtype));
  }
  for (const Instruction& step : code) {
    registers.push_back(evaluate(step.op, registers[step.a], registers[step.b], registers[step.c]));
  }
  return registers;
}

std::vector<Instruction> random_code(RandomStream& random, std::size_t inputs, std::size_t length) {
  std::vector<Instruction> code;
  for (std::size_t i = 0; i < length; ++i) {
    const auto earlier = [&] {
      // Mostly recent registers, so that scratch is reused, and old ones now and then.
      const std::size_t count = inputs + i;
      const std::size_t reach = random.below(4) == 0 ? count : std::min<std::size_t>(count, 3);
      return static_cast<std::uint8_t>(count - 1 - random.below(reach));
    };
    code.push_back({exact[random.below(std::size(exact))], earlier(), earlier(), earlier()});
  }
  return code;
}

/// `shape` with leading axes left out and some sizes 1.
Shape stretchable(RandomStream& random, Shape shape) {
  if (random.below(3) > 0) return shape;
  const auto dropped = random.below(static_cast<std::uint64_t>(shape.rank()) + 1);
  std::vector<std::int64_t> sizes(shape.begin() + dropped, shape.end());
  for (std::int64_t& size : sizes) {
    if (random.below(2) == 0) size = 1;
  }
  return Shape{std::span<const std::int64_t>{sizes}};
}

struct Trial {
  explicit Trial(std::uint64_t key) : random{key} {
    shape = testing::random_shape(random);
    const std::size_t input_count = 1 + random.below(4);
    for (std::size_t i = 0; i < input_count; ++i) {
      const DType dtype = random.below(2) == 0 ? compute : testing::random_dtype(random);
      add_input(stretchable(random, shape), dtype);
    }
    const std::size_t length = random.below(3) == 0 ? random.below(60) : random.below(4);
    code = random_code(random, input_count, length);
    const std::size_t store_count = 1 + random.below(3);
    for (std::size_t i = 0; i < store_count; ++i) {
      const bool last = i == 0 && length > 0;
      const std::size_t registers = input_count + length;
      add_store(static_cast<int>(last ? registers - 1 : random.below(registers)));
    }
  }

  void add_input(Shape of, DType dtype) {
    blocks.push_back(std::make_unique<StridedArray>(random, of, dtype));
    inputs.push_back(blocks.back()->array);
  }

  void add_store(int from) {
    const DType dtype = random.below(2) == 0 ? compute : testing::random_dtype(random);
    // Sometimes in the memory of an input nobody else writes.
    const std::size_t i = random.below(inputs.size());
    if (random.below(3) == 0 && inputs[i].shape == shape &&
        size_of(inputs[i].dtype) == size_of(dtype) &&
        std::none_of(stores.begin(), stores.end(),
                     [&](const Store& s) { return s.to.data == inputs[i].data; })) {
      Array shared = inputs[i];
      shared.dtype = dtype;
      stores.push_back({from, shared});
    } else {
      blocks.push_back(std::make_unique<StridedArray>(random, shape, dtype));
      stores.push_back({from, blocks.back()->array});
    }
  }

  RandomStream random;
  DType compute = std::array{DType::f32, DType::f64, DType::i32, DType::i64}[random.below(4)];
  Shape shape;
  std::vector<std::unique_ptr<StridedArray>> blocks;
  std::vector<Array> inputs;
  std::vector<Instruction> code;
  std::vector<Store> stores;
};

std::optional<Index> first_wrong(const Trial& trial,
                                 const std::vector<std::vector<double>>& expected) {
  std::optional<Index> wrong;
  std::size_t i = 0;
  testing::for_each_index(trial.shape, [&](const Index& index) {
    for (const Store& store : trial.stores) {
      const double x = expected[i][static_cast<std::size_t>(store.from)];
      const double y =
          testing::read(testing::element(store.to, index, trial.shape.rank()), store.to.dtype);
      if (y != (store.to.dtype == DType::boolean ? static_cast<double>(x != 0) : x) && !wrong)
        wrong = index;
    }
    ++i;
  });
  return wrong;
}

TEST_CASE("random programs over arrays of any layout compute what one element after another does") {
  for (std::uint64_t key = 0; key < test::repetitions(1500u); ++key) {
    Trial trial{key};
    CAPTURE(key);
    CAPTURE(to_string(trial.shape));
    std::vector<std::vector<double>> expected;
    testing::for_each_index(trial.shape, [&](const Index& index) {
      expected.push_back(evaluate(trial.code, trial.inputs, index, trial.shape.rank()));
    });
    interpret(trial.code, trial.compute, trial.shape, trial.inputs, trial.stores);
    CHECK_FALSE(first_wrong(trial, expected).has_value());
    CHECK(std::all_of(trial.blocks.begin(), trial.blocks.end(),
                      [](const auto& block) { return block->canaries_live(); }));
  }
}

template <class T>
Array dense_array(std::vector<T>& values, Shape shape) {
  return {
      {}, reinterpret_cast<std::byte*>(values.data()), shape, Strides::dense(shape), dtype_of<T>()};
}

TEST_CASE("rows and columns are broadcast over matrices larger than a tile") {
  const Shape shape{37, 1501};
  std::vector<float> matrix(static_cast<std::size_t>(shape.size()));
  std::vector<float> row(1501);
  std::vector<float> column(37);
  std::iota(matrix.begin(), matrix.end(), 0.0f);
  std::iota(row.begin(), row.end(), 0.0f);
  std::iota(column.begin(), column.end(), 0.0f);
  std::vector<float> out(matrix.size());
  const Array inputs[] = {dense_array(matrix, shape), dense_array(row, {1, 1501}),
                          dense_array(column, {37, 1})};
  const Instruction code[] = {{Scalar::sub, 0, 1}, {Scalar::add, 3, 2}};
  const Store stores[] = {{4, dense_array(out, shape)}};
  interpret(code, DType::f32, shape, inputs, stores);
  for (std::size_t i = 0; i < 37; ++i) {
    for (std::size_t j = 0; j < 1501; ++j) {
      REQUIRE(out[i * 1501 + j] == matrix[i * 1501 + j] - row[j] + column[i]);
    }
  }
}

TEST_CASE("a column is repeated beside a transposed matrix, block by block") {
  const Shape shape{70, 45};
  std::vector<double> matrix(70 * 45);
  std::vector<double> column(70);
  std::iota(matrix.begin(), matrix.end(), 0.0);
  std::iota(column.begin(), column.end(), 0.0);
  std::vector<double> out(matrix.size());
  Array transposed = dense_array(matrix, {45, 70});
  transposed.shape = shape;
  transposed.strides = Strides{std::vector<std::int64_t>{1, 70}};
  const Array inputs[] = {transposed, dense_array(column, {70, 1})};
  const Instruction code[] = {{Scalar::sub, 0, 1}};
  const Store stores[] = {{2, dense_array(out, shape)}};
  interpret(code, DType::f64, shape, inputs, stores);
  for (std::size_t i = 0; i < 70; ++i) {
    for (std::size_t j = 0; j < 45; ++j) {
      REQUIRE(out[i * 45 + j] == matrix[j * 70 + i] - column[i]);
    }
  }
}

TEST_CASE("rows may overlap, so that one tile begins where a shorter one began") {
  // Windows of 100 rows of 20, the second of which starts at row 51, where a tile ends.
  const Shape shape{2, 100, 20};
  std::vector<std::int32_t> rows(151 * 20);
  std::iota(rows.begin(), rows.end(), 0);
  const Array windows{{},
                      reinterpret_cast<std::byte*>(rows.data()),
                      shape,
                      Strides{std::vector<std::int64_t>{51 * 20, 20, 1}},
                      DType::i32};
  std::vector<float> row(20, 3.0f);
  std::vector<float> out(2 * 100 * 20);
  const Array inputs[] = {windows, dense_array(row, {20})};
  const Instruction code[] = {{Scalar::sub, 0, 1}};
  const Store stores[] = {{2, dense_array(out, shape)}};
  interpret(code, DType::f32, shape, inputs, stores);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t from = i < 2000 ? i : i - 2000 + 51 * 20;
    REQUIRE(out[i] == static_cast<float>(rows[from]) - 3.0f);
  }
}

TEST_CASE("a program may need as many registers as there are numbers for them") {
  std::vector<double> x(2000);
  std::iota(x.begin(), x.end(), 1.0);
  std::vector<double> y(x.size());
  // Every intermediate value is read again at the end, the oldest first.
  std::vector<Instruction> code;
  for (std::uint8_t i = 0; i < 127; ++i) code.push_back({Scalar::add, i, 0});
  for (std::uint8_t i = 0; i < 127; ++i) {
    code.push_back({Scalar::add, static_cast<std::uint8_t>(127 + i), i});
  }
  const Shape shape{2000};
  const Array inputs[] = {dense_array(x, shape)};
  const Store stores[] = {{254, dense_array(y, shape)}};
  interpret(code, DType::f64, shape, inputs, stores);
  // 128 x, to which 1 + 2 + … + 127 times x is added
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(y[i] == (128 + 127 * 128 / 2) * x[i]);

  code.push_back({Scalar::copy, 0});
  code.push_back({Scalar::copy, 0});
  CHECK_THROWS_WITH_AS(interpret(code, DType::f64, shape, inputs, stores),
                       "interpret: 257 registers; at most 256 are supported", ValueError);
}

TEST_CASE("two inputs may be exchanged in their own memory") {
  std::vector<float> x = {1, 2, 3};
  std::vector<float> y = {4, 5, 6};
  const Array inputs[] = {dense_array(x, {3}), dense_array(y, {3})};
  const Store stores[] = {{0, inputs[1]}, {1, inputs[0]}};
  interpret({}, DType::f32, {3}, inputs, stores);
  CHECK(x == std::vector<float>{4, 5, 6});
  CHECK(y == std::vector<float>{1, 2, 3});
}

TEST_CASE("an early result does not overwrite an input that is read later") {
  std::vector<float> x(3000);
  std::iota(x.begin(), x.end(), 0.0f);
  std::vector<float> y(x.size());
  const Array inputs[] = {dense_array(x, {3000})};
  const Instruction code[] = {{Scalar::neg, 0}, {Scalar::mul, 0, 1}};
  const Store stores[] = {{1, inputs[0]}, {2, dense_array(y, {3000})}};
  interpret(code, DType::f32, {3000}, inputs, stores);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto number = static_cast<float>(i);
    REQUIRE(x[i] == -number);
    REQUIRE(y[i] == -number * number);
  }
}

TEST_CASE("an instruction without a loop for the dtype is an error") {
  std::vector<std::int32_t> x = {1};
  const Array inputs[] = {dense_array(x, {1})};
  const Instruction code[] = {{Scalar::exp, 0}};
  const Store stores[] = {{1, inputs[0]}};
  CHECK_THROWS_AS(interpret(code, DType::i32, {1}, inputs, stores), DTypeError);
}

}  // namespace
}  // namespace chronograd::detail
