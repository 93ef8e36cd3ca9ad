// Programs that reduce rows, over arrays of any layout.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/interpreter.h"
#include "tests/graph/strided_array.h"
#include "tests/repetitions.h"

namespace chronograd::detail {
namespace {

using testing::Index;
using testing::StridedArray;

// Exact on small whole numbers, and none makes them much larger.
constexpr Scalar exact[] = {Scalar::neg,         Scalar::sign,        Scalar::minimum,
                            Scalar::maximum,     Scalar::less,        Scalar::select,
                            Scalar::row_maximum, Scalar::row_minimum, Scalar::row_maximum};

using Row = std::vector<double>;

Row reduced(Scalar op, const Row& a) {
  double result = a[0];
  if (op == Scalar::row_maximum) result = *std::ranges::max_element(a);
  if (op == Scalar::row_minimum) result = *std::ranges::min_element(a);
  if (op == Scalar::row_sum) result = std::accumulate(a.begin(), a.end(), 0.0);
  return Row(a.size(), result);
}

Row evaluate(const Instruction& step, const std::vector<Row>& registers) {
  const Row& a = registers[step.a];
  if (reduces_rows(step.op)) return reduced(step.op, a);
  Row result(a.size());
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double x = a[j];
    const double y = registers[step.b][j];
    const double z = registers[step.c][j];
    switch (step.op) {
      case Scalar::neg:
        result[j] = -x;
        break;
      case Scalar::sign:
        result[j] = (x > 0) - (x < 0);
        break;
      case Scalar::minimum:
        result[j] = std::min(x, y);
        break;
      case Scalar::maximum:
        result[j] = std::max(x, y);
        break;
      case Scalar::less:
        result[j] = x < y;
        break;
      default:
        result[j] = x != 0 ? y : z;
    }
  }
  return result;
}

/// A random program, and arrays to run it on. Results that are one number for each row are stored
/// as such now and then.
struct Trial {
  explicit Trial(std::uint64_t key) : random{key} {
    shape = testing::random_shape(random);
    if (shape.rank() == 0) shape = Shape{5};
    for (std::uint64_t k = 1 + random.below(3); k > 0; --k) add_input();
    const std::uint64_t length = 1 + random.below(random.below(4) == 0 ? 60 : 8);
    for (std::uint64_t k = 0; k < length; ++k) add_instruction();
    for (std::uint64_t k = 1 + random.below(3); k > 0; --k) {
      add_store(k == 1 ? one_of_row.size() - 1 : random.below(one_of_row.size()));
    }
  }

  void add_input() {
    Shape of = shape;
    for (int axis = 0; axis < shape.rank(); ++axis) {
      if (random.below(5) == 0) of = of.with(axis, 1);
    }
    if (random.below(4) == 0) of = of.with(-1, 1);
    blocks.push_back(std::make_unique<StridedArray>(random, of, compute));
    inputs.push_back(blocks.back()->array);
    one_of_row.push_back(of[-1] == 1);
  }

  void add_instruction() {
    const auto any = [&] { return static_cast<std::uint8_t>(random.below(one_of_row.size())); };
    // One sum, of the first input: those of sums would soon be too large.
    const bool sums = code.empty() && random.below(2) == 0;
    const Scalar op = sums ? Scalar::row_sum : exact[random.below(std::size(exact))];
    const Instruction step{op, sums ? std::uint8_t{0} : any(), any(), any()};
    const std::uint8_t read[] = {step.a, step.b, step.c};
    bool all = true;
    for (int k = 0; k < operands(op); ++k) all = all && one_of_row[read[k]];
    code.push_back(step);
    one_of_row.push_back(all || reduces_rows(op));
  }

  void add_store(std::size_t from) {
    const bool as_such = one_of_row[from] && random.below(3) > 0;
    const DType dtype = random.below(2) == 0 ? compute : DType::f64;
    blocks.push_back(
        std::make_unique<StridedArray>(random, as_such ? shape.with(-1, 1) : shape, dtype));
    stores.push_back({static_cast<int>(from), blocks.back()->array});
  }

  /// Whether what was stored is what one row after another makes of the inputs before.
  void check(const std::vector<Row>& expected) const {
    std::size_t i = 0;
    bool right = true;
    testing::for_each_index(shape, [&](const Index& index) {
      for (std::size_t k = 0; k < stores.size(); ++k) {
        const Array& to = stores[k].to;
        right &=
            testing::read(testing::element(to, index, shape.rank()), to.dtype) == expected[k][i];
      }
      ++i;
    });
    CHECK(right);
    for (const auto& block : blocks) CHECK(block->canaries_live());
  }

  /// For each store, all its elements.
  std::vector<Row> expected() const {
    std::vector<Row> all(stores.size());
    std::vector<Row> registers(inputs.size());
    std::int64_t column = 0;
    testing::for_each_index(shape, [&](const Index& index) {
      for (std::size_t k = 0; k < inputs.size(); ++k) {
        registers[k].push_back(
            testing::read(testing::element(inputs[k], index, shape.rank()), compute));
      }
      if (++column < shape[-1]) return;
      for (const Instruction& step : code) registers.push_back(evaluate(step, registers));
      for (std::size_t k = 0; k < stores.size(); ++k) {
        const Row& row = registers[static_cast<std::size_t>(stores[k].from)];
        all[k].insert(all[k].end(), row.begin(), row.end());
      }
      column = 0;
      registers.assign(inputs.size(), {});
    });
    return all;
  }

  RandomStream random;
  DType compute = random.below(2) == 0 ? DType::f32 : DType::f64;
  Shape shape;
  std::vector<std::unique_ptr<StridedArray>> blocks;
  std::vector<Array> inputs;
  std::vector<Instruction> code;
  std::vector<bool> one_of_row;  ///< by register
  std::vector<Store> stores;
};

TEST_CASE("random programs with reductions compute what one row after another does") {
  for (std::uint64_t key = 0; key < test::repetitions(3000u); ++key) {
    Trial trial{key};
    CAPTURE(key);
    CAPTURE(to_string(trial.shape));
    const std::vector<Row> expected = trial.expected();
    interpret(trial.code, trial.compute, trial.shape, trial.inputs, trial.stores);
    trial.check(expected);
  }
}

TEST_CASE("a mean of rows goes on in f64, whatever threads share them") {
  const Shape shape{3000, 33};
  std::vector<float> x(static_cast<std::size_t>(shape.size()), 16777216.0f);
  for (std::size_t i = 0; i < x.size(); i += 33) x[i] = 1.0f;
  std::vector<float> means(3000);
  const auto array = [](std::vector<float>& of, Shape as) {
    return Array{{}, reinterpret_cast<std::byte*>(of.data()), as, Strides::dense(as), DType::f32};
  };
  const Array inputs[] = {array(x, shape)};
  const Instruction code[] = {{Scalar::row_mean, 0}};
  const Store stores[] = {{1, array(means, {3000, 1})}};
  interpret(code, DType::f32, shape, inputs, stores);
  for (const float m : means) REQUIRE(m == static_cast<float>((16777216.0 * 32 + 1) / 33));
}

TEST_CASE_TEMPLATE("a number of each row stands on either side of a row of any length", T, float,
                   double) {
  const auto array = [](std::vector<T>& of, Shape as) {
    return Array{
        {}, reinterpret_cast<std::byte*>(of.data()), as, Strides::dense(as), dtype_of<T>()};
  };
  const auto compute = [](Scalar op, T a, T b) {
    if (op == Scalar::add) return a + b;
    if (op == Scalar::sub) return a - b;
    return op == Scalar::mul ? a * b : a / b;
  };
  for (const Scalar op : {Scalar::add, Scalar::sub, Scalar::mul, Scalar::div}) {
    for (std::int64_t columns = 1; columns < 40; ++columns) {
      CAPTURE(columns);
      const Shape shape{5, columns};
      std::vector<T> x(static_cast<std::size_t>(shape.size()));
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(i + 1) / 3;
      std::vector<T> first(x.size());
      std::vector<T> second(x.size());
      const Array inputs[] = {array(x, shape)};
      const Instruction code[] = {{Scalar::row_maximum, 0}, {op, 0, 1}, {op, 1, 0}};
      const Store stores[] = {{2, array(second, shape)}, {3, array(first, shape)}};
      interpret(code, dtype_of<T>(), shape, inputs, stores);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const auto n = static_cast<std::size_t>(columns);
        const T number = x[(i / n + 1) * n - 1];
        REQUIRE(second[i] == compute(op, x[i], number));
        REQUIRE(first[i] == compute(op, number, x[i]));
      }
    }
  }
}

TEST_CASE("rows that lie apart are reduced and stand beside numbers") {
  constexpr std::int64_t rows = 5, columns = 40, between = 64;
  std::vector<float> x(rows * between);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 50);
  std::vector<float> y = x;
  std::vector<float> out(x.size(), -1);
  const auto apart = [](std::vector<float>& of) {
    return Array{{},
                 reinterpret_cast<std::byte*>(of.data()),
                 {rows, columns},
                 Strides::dense({rows, between}),
                 DType::f32};
  };
  const Array inputs[] = {apart(x), apart(y)};
  const Instruction code[] = {{Scalar::row_maximum, 0}, {Scalar::sub, 1, 2}};
  const Store stores[] = {{3, apart(out)}};
  interpret(code, DType::f32, {rows, columns}, inputs, stores);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto begin = x.begin() + static_cast<std::ptrdiff_t>(row * between);
    const float most = *std::max_element(begin, begin + columns);
    for (std::size_t k = 0; k < between; ++k) {
      const std::size_t at = row * between + k;
      REQUIRE(out[at] == (k < columns ? y[at] - most : -1));
    }
  }
}

TEST_CASE("whole numbers have no reductions of rows") {
  std::vector<std::int32_t> x = {1};
  const Array inputs[] = {
      {{}, reinterpret_cast<std::byte*>(x.data()), {1}, Strides::dense({1}), DType::i32}};
  const Instruction code[] = {{Scalar::row_sum, 0}};
  const Store stores[] = {{1, inputs[0]}};
  CHECK_THROWS_AS(interpret(code, DType::i32, {1}, inputs, stores), DTypeError);
}

}  // namespace
}  // namespace chronograd::detail
