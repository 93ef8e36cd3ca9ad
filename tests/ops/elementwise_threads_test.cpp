#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/where.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/use_threads.h"

namespace chronograd {
namespace {

using test::Draw;
using test::UseThreads;

TEST_CASE("elementwise results do not depend on the number of threads") {
  Draw draw{4};
  for (const Shape shape :
       {Shape{70'001}, Shape{1, 3, 30'000}, Shape{257, 301}, Shape{2, 1, 40'000}}) {
    CAPTURE(to_string(shape));
    for (const DType dtype : {DType::f32, DType::f64}) {
      const Tensor x = cast(draw.tensor(shape), dtype);
      const Tensor last = cast(draw.tensor({shape[-1]}), dtype);
      const Tensor turned = cast(draw.tensor({shape[-1], shape.rank() < 2 ? 1 : shape[-2]}), dtype);
      const auto results = [&] {
        return std::vector{exp(x), tanh(x) + last, where(x < 0, last, x),
                           shape.rank() == 2 ? x + transpose(turned) : x + 1};
      };
      std::vector<Tensor> alone;
      {
        const UseThreads one(1);
        alone = results();
      }
      for (const int count : {2, 3, 7}) {
        const UseThreads several(count);
        const std::vector<Tensor> together = results();
        for (std::size_t k = 0; k < alone.size(); ++k) CHECK(same_values(together[k], alone[k]));
      }
    }
  }
}

TEST_CASE("an error on another thread reaches the user") {
  const UseThreads several(3);
  std::vector<std::int32_t> divisors(100'000, 1);
  divisors.back() = 0;
  const Tensor x = ones({100'000}, DType::i32);
  CHECK_THROWS_AS(evaluate(x / Tensor::adopt(std::move(divisors), {100'000})), ValueError);
}

}  // namespace
}  // namespace chronograd
