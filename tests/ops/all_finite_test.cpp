#include "chronograd/ops/all_finite.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/use_threads.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("all_finite finds NaN and infinity wherever they are", T, float, double) {
  for (const std::size_t size : {1u, 7u, 8u, 33u, 70u}) {
    std::vector<T> values(size, std::numeric_limits<T>::max());
    const Shape shape{static_cast<std::int64_t>(size)};
    CHECK(all_finite(Tensor::copy_of(values, shape)).item() == 1);
    for (std::size_t at = 0; at < size; ++at) {
      for (const T bad : {inf<T>, -inf<T>, nan<T>}) {
        std::vector<T> broken = values;
        broken[at] = bad;
        CHECK(all_finite(Tensor::copy_of(broken, shape)).item() == 0);
      }
    }
  }
}

TEST_CASE("all_finite takes any layout, and nothing") {
  CHECK(all_finite(transpose(counted({3, 5}))).item() == 1);
  CHECK(all_finite(zeros({3, 0})).item() == 1);
  CHECK(all_finite(Tensor::scalar(inf<double>)).item() == 0);
  CHECK(all_finite(counted({2})).shape() == Shape{});
}

TEST_CASE("all_finite finds one NaN among many numbers on any number of threads") {
  for (const int count : {1, 2, 3}) {
    const UseThreads use{count};
    std::vector<float> values(300'000, 1);
    CHECK(all_finite(Tensor::copy_of(values, {300'000})).item() == 1);
    values[299'999] = nan<float>;
    CHECK(all_finite(Tensor::copy_of(values, {300'000})).item() == 0);
  }
}

TEST_CASE("all_finite of several tensors tells which are, of f32 and f64 together") {
  const std::vector<Tensor> xs{row<float>({1, 2}), row<double>({1, nan<double>}),
                               row<float>({inf<float>}), zeros({2, 2}, DType::f64)};
  CHECK(same_values(all_finite(xs), row({true, false, false, true})));
}

TEST_CASE("all_finite refuses integers, bool, empty handles and an empty list") {
  CHECK_THROWS_WITH_AS(all_finite(row({1})),
                       Contains("all_finite: a tensor of i32; it must be f32 or f64 "
                                "(tests/ops/all_finite_test.cpp:"),
                       DTypeError);
  CHECK_THROWS_AS(all_finite(row({true})), DTypeError);
  CHECK_THROWS_WITH_AS(all_finite(Tensor{}), Contains("an empty handle"), ValueError);
  CHECK_THROWS_WITH_AS(all_finite(std::vector<Tensor>{}),
                       Contains("all_finite: no tensors; at least one is needed"), ValueError);
}

NO_GRADIENT_CASE("all_finite", "its result is bool");

}  // namespace
}  // namespace chronograd
