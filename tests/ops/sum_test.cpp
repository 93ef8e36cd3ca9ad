#include "chronograd/ops/sum.h"

#include <doctest/doctest.h>

#include <limits>
#include <numeric>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/max.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mean_square.h"
#include "chronograd/ops/min.h"
#include "chronograd/ops/prod.h"
#include "tests/ops/counted.h"
#include "tests/ops/reductions.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

Tensor op(const Tensor& x, std::span<const int> axes, bool keep) { return sum(x, axes, keep); }

double plain(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); }

TEST_CASE("sum adds along any axes") {
  const Tensor x = counted({2, 3});
  CHECK(same_values(sum(x), Tensor::scalar(15)));
  CHECK(same_values(sum(x, 0), Tensor::copy_of<float>({3, 5, 7}, {3})));
  CHECK(same_values(sum(x, -1), Tensor::copy_of<float>({3, 12}, {2})));
  CHECK(same_values(sum(x, 1, true), Tensor::copy_of<float>({3, 12}, {2, 1})));
  CHECK(same_values(sum(x, {0, 1}, true), Tensor::copy_of<float>({15}, {1, 1})));
  CHECK(same_values(sum(x, std::vector<int>{}), x));
}

TEST_CASE("random sums of any layout agree with the plain sum, in every dtype") {
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64}) {
    check_reduction(op, plain, dtype, 400);
    check_reduction(op, plain, dtype, 100, 0, 40);
  }
}

TEST_CASE("the sum of nothing is 0") {
  CHECK(same_values(sum(counted({0, 2}), 0), Tensor::copy_of<float>({0, 0}, {2})));
  CHECK(same_values(sum(counted({3, 0}, DType::i64)), Tensor::copy_of<std::int64_t>({0}, {})));
  CHECK(sum(counted({0, 2}), 1).shape() == Shape{0});
}

TEST_CASE("long sums of f32 keep their digits") {
  for (const int n : {100'000, 1'000'003}) {
    const Tensor x = Tensor::adopt(std::vector<float>(static_cast<std::size_t>(n), 0.1f), {n, 1});
    const double expected = static_cast<double>(0.1f) * n;
    CHECK(sum(x).item() == doctest::Approx(expected).epsilon(6e-7));
    const Tensor columns = expand(x, {n, 3});
    CHECK(sum(columns, 0).values<float>()[1] == doctest::Approx(expected).epsilon(6e-7));
  }
}

TEST_CASE("integers wrap around") {
  const auto large = std::numeric_limits<std::int32_t>::max();
  CHECK(sum(Tensor::copy_of<std::int32_t>({large, 1}, {2})).item_as_integer() ==
        std::numeric_limits<std::int32_t>::min());
  const auto huge = std::numeric_limits<std::int64_t>::max();
  CHECK(sum(Tensor::copy_of<std::int64_t>({huge, 2, -2}, {3})).item_as_integer() == huge);
}

TEST_CASE("NaN and infinity reach their own sum alone") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor x = Tensor::copy_of<float>({1, nan, inf, 1, 1, -inf, inf, 1}, {4, 2});
  const Tensor rows = sum(x, 1);
  CHECK(std::isnan(rows.values<float>()[0]));
  CHECK(rows.values<float>()[1] == inf);
  CHECK(rows.values<float>()[2] == -inf);
  CHECK(rows.values<float>()[3] == inf);
}

TEST_CASE("sum refuses axes that are not there, an axis twice, and bool") {
  CHECK_THROWS_WITH_AS(sum(counted({2, 3}), 2),
                       Contains("sum: axis 2 of [2, 3]; it has 2 axes (tests/ops/sum_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(sum(counted({}), -1), Contains("sum: axis -1 of []; it has "), ShapeError);
  CHECK_THROWS_WITH_AS(sum(counted({2, 3}), {1, -1}),
                       Contains("sum: axis -1 of [2, 3] twice; each axis may be given once ("),
                       ShapeError);
  CHECK_THROWS_WITH_AS(sum(counted({2}, DType::boolean)),
                       Contains("sum: a tensor of bool; it must be a number type; cast it first ("),
                       DTypeError);
}

TEST_CASE("what is repeated is looked at once, however often") {
  const Shape huge{1 << 20, 3, 1 << 20};  // 12 terabytes, if somebody copied it
  const auto of_repeated = [](const Tensor& x, Shape shape, auto reduce) {
    const Tape tape;
    const Tensor y = reduce(expand(x, shape));
    return y.detach();
  };
  const float n = 1LL << 40;
  const Tensor x = Tensor::copy_of<float>({1, 2, 3}, {1, 3, 1});
  for (const bool planned : {false, true}) {
    const Planning planning{planned};
    const auto of_huge = [&](auto reduce) { return of_repeated(x, huge, reduce); };
    CHECK(of_huge([](auto y) { return sum(y); }).item() == 6. * static_cast<double>(n));
    CHECK(same_values(of_huge([](auto y) {
                        return sum(y, {0, 2});
                      }),
                      Tensor::copy_of<float>({n, 2 * n, 3 * n}, {3})));
    CHECK(same_values(of_huge([](auto y) {
                        return mean(y, {0, 2});
                      }),
                      Tensor::copy_of<float>({1, 2, 3}, {3})));
    CHECK(same_values(of_huge([](auto y) {
                        return max(y, {0, 2});
                      }),
                      Tensor::copy_of<float>({1, 2, 3}, {3})));
    CHECK(of_huge([](auto y) { return min(y); }).item() == 1);
    CHECK(of_huge([](auto y) { return mean_square(y); }).item() == doctest::Approx(14. / 3));
    const Tensor integers = Tensor::copy_of<std::int64_t>({1, 2, 3}, {1, 3, 1});
    CHECK(of_repeated(integers, huge, [](auto y) { return sum(y); }).item_as_integer() ==
          6LL << 40);
    CHECK(of_repeated(Tensor::copy_of<double>({2, 3}, {2, 1}), {2, 5}, [](auto y) {
            return prod(y);
          }).item() == 7776);
    CHECK(same_values(of_repeated(Tensor::copy_of<float>({1, 2, 3}, {3, 1}), {3, 4},
                                  [](auto y) { return sum(y, 0, true); }),
                      full({1, 4}, 6)));
  }
}

GRADIENT_CASE("sum", Smooth::yes, [](Draw& draw) -> Trial { return reduction_trial(draw, op); });

}  // namespace
}  // namespace chronograd
