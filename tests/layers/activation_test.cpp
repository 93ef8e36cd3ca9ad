#include "chronograd/layers/activation.h"

#include <doctest/doctest.h>

#include "chronograd/layers/initializers.h"
#include "chronograd/ops/tanh.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("the identity gives back the tensor itself") {
  const Tensor x = Tensor::copy_of({1.0, -2.0}, {2});
  CHECK(&identity(x).value() == &x.value());
  CHECK(identity(3.5).item() == 3.5);
}

TEST_CASE("the identity of a parameter carries its gradient") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Parameter w = parameters.root().parameter("w", {2}, init::constant(2));
  const Tape tape;
  const Gradients gradients = backward(sum(identity(w) * 3.0), parameters);
  CHECK(numbers(gradients.at(w)) == std::vector<double>{3, 3});
}

TEST_CASE("an op or a lambda that captures nothing is an activation") {
  const Activation op = tanh;
  const Activation own = [](Operand x) { return x * 2; };
  const Tensor x = Tensor::copy_of({0.5}, {1});
  CHECK(op(x).item() == std::tanh(0.5));
  CHECK(own(x).item() == 1);
}

}  // namespace
}  // namespace chronograd
