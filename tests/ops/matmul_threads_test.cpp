#include <doctest/doctest.h>

#include <array>
#include <thread>
#include <vector>

#include "chronograd/ops/cast.h"
#include "chronograd/ops/matmul.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/use_threads.h"

namespace chronograd {
namespace {

using test::Draw;
using test::UseThreads;

TEST_CASE("the bits depend on the number of threads at most") {
  Draw draw{2};
  const Tensor a = cast(draw.tensor({64, 200}), DType::f32);
  const Tensor b = cast(draw.tensor({200, 800}), DType::f32);
  for (const int count : {1, 2, 3}) {
    const UseThreads threads(count);
    const Tensor first = matmul(a, b);
    for (int repeat = 0; repeat < 10; ++repeat) CHECK(same_values(matmul(a, b), first));
  }
}

TEST_CASE("products on several user threads at once are all right") {
  Draw draw{3};
  const Tensor a = cast(draw.tensor({33, 70}), DType::f32);
  const Tensor b = cast(draw.tensor({70, 400}), DType::f32);
  const Tensor expected = matmul(a, b);
  std::array<int, 4> right{};
  std::vector<std::thread> users;
  for (int& count : right) {
    users.emplace_back([&] {
      for (int n = 0; n < 50; ++n) count += same_values(matmul(a, b), expected) ? 1 : 0;
    });
  }
  for (std::thread& user : users) user.join();
  CHECK(right == std::array{50, 50, 50, 50});
}

}  // namespace
}  // namespace chronograd
