// Fused kernels and kernels that work in the memory of what they read.
#include <doctest/doctest.h>

#include "chronograd/ops.h"
#include "tests/graph/plan/written.h"
#include "tests/planning.h"

namespace chronograd::test {
namespace {

using Tensors = std::vector<Tensor>;
using Compute = std::function<Tensors()>;

constexpr std::int64_t n = 128;  // large enough to be worth it
constexpr std::size_t matrix = n * n * sizeof(float);

const Tensor x = halves({n, n});
const Tensor w = halves({n, n});

Tensors computed(const Compute& compute, bool planned) {
  const Planning planning(planned);
  const Tape tape;
  Tensors results;
  for (const Tensor& y : compute()) results.push_back(y.detach());
  return results;
}

/// How many matrices the plan holds besides its results, which are right.
std::size_t matrices(const Compute& compute) {
  const Tensors planned = computed(compute, true);
  const Tensors alone = computed(compute, false);
  for (std::size_t k = 0; k < planned.size(); ++k) {
    CHECK(max(abs(planned[k] - alone[k])).item() < 1e-6);
  }
  return plan_of(compute).arena_bytes / matrix;
}

TEST_CASE("a fused kernel works in the memory of what it reads for the last time") {
  CHECK(matrices([] { return Tensors{matmul(sigmoid(matmul(x, w)), w)}; }) == 1);
}

TEST_CASE("a fused kernel does not take over what something else reads later") {
  CHECK(matrices([] {
          const Tensor product = matmul(x, w);
          return Tensors{matmul(matmul(sigmoid(product), w), product)};
        }) == 3);
}

TEST_CASE("nor of what is held, or seen otherwise") {
  CHECK(matrices([] {
          const Tensor product = matmul(x, w);
          return Tensors{product, matmul(sigmoid(product), w)};
        }) == 1);
  CHECK(matrices([] {
          const Tensor product = matmul(x, w);
          return Tensors{transpose(product), matmul(sigmoid(product), w)};
        }) == 2);
}

TEST_CASE("nor of what it reads in another order too") {
  CHECK(matrices([] {
          const Tensor product = matmul(x, w);
          return Tensors{matmul(product + transpose(product), w)};
        }) == 2);
}

TEST_CASE("nor of what is of another dtype") {
  CHECK(matrices([] { return Tensors{matmul(where(flip(x > 0.25, 0), x, w), w)}; }) == 1);
}

TEST_CASE("nor of what is joined, since its pieces may be read later") {
  CHECK(matrices([] {
          const Tensor a = matmul(x, w);
          const Tensor both = concat({a, matmul(w, x)}, 0);
          return Tensors{matmul(matmul(sigmoid(both), w), a)};
        }) == 6);
}

TEST_CASE("nor of the only piece of what is joined") {
  const auto read_late = [](const std::function<Tensor(const Tensor&)>& join) {
    return [join] {
      const Tensor a = matmul(x, w);
      const Tensor joined = join(a);
      Tensor later = joined;
      for (int k = 0; k < 6; ++k) later = matmul(later, w) * 0.01;
      return Tensors{matmul(matmul(later, sigmoid(a)), joined)};
    };
  };
  CHECK(matrices(read_late([](const Tensor& a) { return concat({a}, 0); })) == 4);
  CHECK(matrices(read_late([](const Tensor& a) { return reshape(stack({a}, 0), {n, n}); })) == 4);
  CHECK(matrices(read_late([](const Tensor& a) { return concat({zeros({0, n}), a}, 0); })) == 4);
}

TEST_CASE("what is stored early does not replace what is read later") {
  CHECK(matrices([] {
          const Tensor product = matmul(x, w);
          const Tensor early = sigmoid(product);
          return Tensors{matmul(matmul(early, w), early * tanh(product))};
        }) == 3);
}

TEST_CASE("two results of a fused kernel take the memory of two inputs") {
  CHECK(matrices([] {
          const Tensor a = matmul(x, w);
          const Tensor b = sigmoid(a + matmul(w, x));
          return Tensors{matmul(matmul(b, w), tanh(b * a))};
        }) == 3);
}

TEST_CASE("a kernel that may work in place does so") {
  CHECK(matrices([] { return Tensors{matmul(log_softmax(matmul(x, w), -1), w)}; }) == 1);
  CHECK(matrices([] { return Tensors{matmul(softmax(matmul(x, w), 0), w)}; }) == 1);
}

}  // namespace
}  // namespace chronograd::test
