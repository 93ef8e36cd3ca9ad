#include "chronograd/ops/detail/onednn_elementwise.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/dump_plan.h"
#include "chronograd/graph/kernels/elementwise.h"
#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/graph/recording.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops.h"

namespace chronograd {
namespace {

struct Case {
  const char* name;
  Tensor (*apply)(const Tensor& a, const Tensor& b);
  bool of_b = false;  ///< has b, which may be below 0, as its only operand
};

const Case cases[] = {
    {"abs", [](const Tensor& a, const Tensor&) { return abs(a); }},
    {"clamp", [](const Tensor& a, const Tensor&) { return clamp(a, 0.5, 1.5); }},
    {"elu", [](const Tensor&, const Tensor& b) { return elu(b, 0.7); }, true},
    {"exp", [](const Tensor& a, const Tensor&) { return exp(a); }},
    {"gelu", [](const Tensor& a, const Tensor&) { return gelu(a); }},
    {"gelu_tanh", [](const Tensor& a, const Tensor&) { return gelu_tanh(a); }},
    {"hard_sigmoid", [](const Tensor& a, const Tensor&) { return hard_sigmoid(a); }},
    {"leaky_relu", [](const Tensor&, const Tensor& b) { return leaky_relu(b, 0.3); }, true},
    {"log", [](const Tensor& a, const Tensor&) { return log(a); }},
    {"pow", [](const Tensor& a, const Tensor&) { return pow(a, 1.7); }},
    {"relu", [](const Tensor&, const Tensor& b) { return relu(b); }, true},
    {"round", [](const Tensor& a, const Tensor&) { return round(a); }},
    {"sigmoid", [](const Tensor& a, const Tensor&) { return sigmoid(a); }},
    {"silu", [](const Tensor& a, const Tensor&) { return silu(a); }},
    {"softplus", [](const Tensor& a, const Tensor&) { return softplus(a); }},
    {"sqrt", [](const Tensor& a, const Tensor&) { return sqrt(a); }},
    {"square", [](const Tensor& a, const Tensor&) { return square(a); }},
    {"tanh", [](const Tensor& a, const Tensor&) { return tanh(a); }},
    {"add", [](const Tensor& a, const Tensor& b) { return add(a, b); }},
    {"sub", [](const Tensor& a, const Tensor& b) { return sub(a, b); }},
    {"mul", [](const Tensor& a, const Tensor& b) { return mul(a, b); }},
    {"div", [](const Tensor& a, const Tensor& b) { return div(a, b); }},
    {"minimum", [](const Tensor& a, const Tensor& b) { return minimum(a, b); }},
    {"maximum", [](const Tensor& a, const Tensor& b) { return maximum(a, b); }},
    {"equal", [](const Tensor& a, const Tensor& b) { return equal(a, b); }},
    {"not_equal", [](const Tensor& a, const Tensor& b) { return not_equal(a, b); }},
    {"less", [](const Tensor& a, const Tensor& b) { return less(a, b); }},
    {"less_equal", [](const Tensor& a, const Tensor& b) { return less_equal(a, b); }},
    {"greater", [](const Tensor& a, const Tensor& b) { return greater(a, b); }},
    {"greater_equal", [](const Tensor& a, const Tensor& b) { return greater_equal(a, b); }},
};

/// The cases of two operands.
const auto binary = std::span(cases).subspan(18);

/// The last op that a case records, run by its kernel and by its program.
struct Both {
  Tensor by_kernel;
  Tensor by_program;
};

Both run(const Case& c, const Tensor& a, const Tensor& b) {
  const Tape tape{Tape::forward_only};
  const Tensor y = c.apply(a, b);
  const RecordingView recording = tape.recording();
  const NodeView node = recording[static_cast<NodeId>(recording.size() - 1)];
  std::vector<Tensor> inputs;
  std::vector<Array> arrays;
  for (const OutputId input : node.inputs()) {
    const NodeView from = recording[recording.node_of(input)];
    if (const auto number = from.number()) {
      inputs.push_back(Tensor::scalar(*number, recording.dtype(input)));
    } else {
      inputs.push_back(inputs.empty() && !c.of_b ? a : b);
    }
    arrays.push_back(inputs.back().value().array());
  }
  const bool offers = node.op().kernel != nullptr;
  REQUIRE(offers);
  const Array by_kernel = Array::allocate(y.shape(), y.dtype());
  const Array by_program = Array::allocate(y.shape(), y.dtype());
  Array output = by_kernel;
  node.op().kernel({node.op(), node.attributes(), {}, arrays, {&output, 1}});
  detail::interpret(node.op().program.code, arrays, by_program);
  return {detail::tensor_of(by_kernel), detail::tensor_of(by_program)};
}

/// Multiples of 1/4 plus 1/8, between low and low + 4.
Tensor some(Shape shape, int step, double low, DType dtype = DType::f32) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  int k = step;
  for (double& v : values) v = low + 0.125 + 0.25 * ((k += step) % 16);
  return cast(Tensor::adopt(std::move(values), shape), dtype);
}
Tensor some_a(Shape shape, DType dtype = DType::f32) { return some(shape, 3, 0, dtype); }
Tensor some_b(Shape shape, DType dtype = DType::f32) { return some(shape, 5, -2, dtype); }

// The f32 logarithm of oneDNN 2.6.3 is the farthest off, by 5e-6 (docs/backends.md).
TEST_CASE("each op that offers a primitive of oneDNN computes by it what its program computes") {
  for (const Case& c : cases) {
    const std::string name = c.name;
    CAPTURE(name);
    for (const Shape shape : {Shape{}, Shape{1}, Shape{3, 7}, Shape{2, 1, 50}, Shape{0, 4}}) {
      const Both both = run(c, some_a(shape), some_b(shape));
      const Tensor by_kernel = cast(both.by_kernel, DType::f64);
      const Tensor by_program = cast(both.by_program, DType::f64);
      const auto found = by_kernel.values<double>();
      const auto wanted = by_program.values<double>();
      REQUIRE(found.size() == static_cast<std::size_t>(shape.size()));
      for (std::size_t k = 0; k < found.size(); ++k) {
        CHECK(std::abs(found[k] - wanted[k]) <= 6e-6 * std::max(1.0, std::abs(wanted[k])));
      }
    }
  }
}

TEST_CASE("a single number as the second operand of a primitive is repeated") {
  for (const Case& c : binary) {
    const std::string name = c.name;
    CAPTURE(name);
    const Both both = run(c, some_a({3, 7}), some_b({1, 1}));
    CHECK(max(abs(cast(both.by_kernel, DType::f64) - cast(both.by_program, DType::f64))).item() <=
          2e-5);
  }
}

TEST_CASE("operands that no primitive takes are left to the op's program") {
  const auto same = [](const Both& both) { return same_values(both.by_kernel, both.by_program); };
  for (const Case& c : cases) {
    const std::string name = c.name;
    CAPTURE(name);
    CHECK(same(run(c, some_a({3, 7}, DType::f64), some_b({3, 7}, DType::f64))));
  }
  for (const Case& c : binary) {
    const std::string name = c.name;
    CAPTURE(name);
    CHECK(same(run(c, some_a({3, 7}), some_b({7}))));
    CHECK(same(run(c, some_a({7}), some_b({3, 7}))));
  }
}

TEST_CASE("columns of a matrix are no operand of a primitive") {
  const Tensor x = some_b({5, 4});
  const Tape tape{Tape::forward_only};
  const Tensor y = relu(slice(x, 1, 0, 1));
  CHECK(same_values(y, maximum(slice(x, 1, 0, 1), 0)));
}

TEST_CASE("primitives of many sizes are made and forgotten") {
  for (std::int64_t n = 1; n < 200; ++n) {
    const Both both = run(binary[0], some_a({n}), some_b({n}));
    REQUIRE(same_values(both.by_kernel, both.by_program));
  }
}

TEST_CASE("a plan fuses ops that offer a primitive, unless oneDNN is asked for") {
  const Tape tape;
  const Tensor x = some_b({4, 8});
  const Tensor y = tanh(sigmoid(x) * x);
  const Tensor numbers = y.detach();
  const std::string plan = dump_plan(tape);
  CAPTURE(plan);
  CHECK((plan.find("fused") == std::string::npos) == detail::kernels_before_programs());
  CHECK(max(abs(numbers - tanh(x / (1 + exp(-x))))).item() <= 1e-6);
}

}  // namespace
}  // namespace chronograd
