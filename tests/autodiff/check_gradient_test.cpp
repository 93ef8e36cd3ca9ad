#include "chronograd/autodiff/check_gradient.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "chronograd/ops/add.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/log.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/stop_gradient.h"
#include "chronograd/ops/tanh.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

using Inputs = std::span<const Tensor>;

const Tensor a = Tensor::copy_of({0.3, -0.8, 1.1, 0.6, 0.9, -0.2}, {2, 3});
const Tensor b = Tensor::copy_of({0.5, 0.2, -0.9}, {3});

constexpr Instruction code[] = {{Scalar::square, 0}, {Scalar::mul, 0, 1}};

/// x^3 with a gradient rule of the test's own.
template <auto rule>
Tensor cube(Operand x) {
  static const Op op{.name = "cube",
                     .infer = infer_floating,
                     .program = {code},
                     .gradient = rule,
                     .gradient_reads = {{{.inputs = 1}}}};
  return apply(op, x);
}

TEST_SUITE("right gradients") {
  TEST_CASE("right gradients pass, also those of the second order") {
    const std::vector<Tensor> inputs{a, b};
    const auto f = [](Inputs x) { return tanh(x[0] * x[1]) + x[1] * x[1]; };
    const GradientCheck first = check_gradient(f, inputs);
    CHECK(first);
    CHECK(first.worst > 0);
    CHECK(first.worst <= 1);
    CHECK(check_gradient(f, inputs, {.relative = 1e-5, .absolute = 1e-7, .order = 2}));
  }

  TEST_CASE("right gradients pass with inputs of integers and without elements") {
    const std::vector<Tensor> inputs{a, Tensor::copy_of({std::int64_t{1}, std::int64_t{1}}, {2})};
    CHECK(check_gradient([](Inputs x) { return gather(x[0], x[1]) * x[0]; }, inputs));
    const std::vector<Tensor> empty{Tensor::adopt(std::vector<double>{}, {0, 2})};
    CHECK(check_gradient([](Inputs x) { return x[0] * 2; }, empty));
    CHECK(check_gradient([](Inputs x) { return x[0]; }, inputs));
    CHECK(check_gradient([](Inputs) { return b * 2; }, inputs));
  }
}

TEST_SUITE("wrong gradients") {
  TEST_CASE("fail, and the worst number is named") {
    const std::vector<Tensor> inputs{a, b};
    const GradientCheck check = check_gradient(
        [](Inputs x) {
          return x[0] + cube<[](const Differential& d, int) {
                   return d.dy() * d.input(0) * d.input(0) * Tensor::copy_of({3.0, 2.9, 3.0}, {3});
                 }>(x[1]);
        },
        inputs);
    CHECK(!check);
    CHECK(check.worst > 1000);
    CHECK(check.message.starts_with("input 1 at [1]: gradient "));
    CHECK(check.message.find(", differences ") != std::string::npos);
  }

  TEST_CASE("a thousandth too little is enough") {
    const std::vector<Tensor> inputs{b};
    const auto f = [](Inputs x) {
      return cube<[](const Differential& d, int) {
        return d.dy() * 2.997 * d.input(0) * d.input(0);
      }>(x[0]);
    };
    CHECK(!check_gradient(f, inputs));
  }

  TEST_CASE("the position is one of all axes") {
    const std::vector<Tensor> inputs{a};
    const GradientCheck check = check_gradient(
        [](Inputs x) {
          return cube<[](const Differential& d, int) {
            return d.dy() * d.input(0) * d.input(0) *
                   Tensor::copy_of({3.0, 3.0, 3.0, 3.0, 3.1, 3.0}, {2, 3});
          }>(x[0]);
        },
        inputs);
    CHECK(!check.passed);
    CHECK(check.message.starts_with("input 0 at [1, 1]: "));
  }

  TEST_CASE("a wrong gradient of the gradient fails at order 2 only") {
    const std::vector<Tensor> inputs{b};
    const auto f = [](Inputs x) {
      return cube<[](const Differential& d, int) {
        return d.dy() * 3 * d.input(0) * stop_gradient(d.input(0));
      }>(x[0]);
    };
    CHECK(check_gradient(f, inputs));
    CHECK(!check_gradient(f, inputs, {.order = 2}));
  }

  TEST_CASE("NaN fails") {
    const std::vector<Tensor> inputs{b};
    const GradientCheck check = check_gradient([](Inputs x) { return log(x[0]); }, inputs);
    CHECK(!check.passed);
    CHECK(check.worst == std::numeric_limits<double>::infinity());
    CHECK(check.message.find("nan") != std::string::npos);
  }

  TEST_CASE("a function of f32 is refused") {
    const std::vector<Tensor> inputs{b};
    CHECK(test::message_of<DTypeError>(
              [&] { check_gradient([](Inputs x) { return cast(x[0], DType::f32); }, inputs); }) ==
          "check_gradient: a function of f32; it must yield f64, differences need the digits");
  }
}

}  // namespace
}  // namespace chronograd
