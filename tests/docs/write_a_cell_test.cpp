// The code of docs/write-a-cell.md, compiled and run.
#include <chronograd/chronograd.h>
#include <doctest/doctest.h>

#include <iostream>

using namespace chronograd;

namespace {

// clang-format off
struct NormState {
  Tensor h;
  Tensor c;
};

class NormLSTMCell {
 public:
  NormLSTMCell(const Scope& scope, std::int64_t input, std::int64_t hidden)
      : hidden_(hidden),
        w_(scope.parameter("kernel", {input, 4 * hidden}, init::glorot_uniform())),
        u_(scope.parameter("recurrent", {hidden, 4 * hidden}, init::orthogonal())),
        norm_x_(scope / "norm_x", {.size = 4 * hidden}),
        norm_h_(scope / "norm_h", {.size = 4 * hidden}),
        norm_c_(scope / "norm_c", {.size = hidden}) {}

  NormState zero_state(std::int64_t batch) const {
    const Tensor zero = zeros({batch, hidden_}, w_.dtype());
    return {.h = zero, .c = zero};
  }

  NormState step(const Tensor& x, const NormState& state) const {
    const auto [i, f, g, o] = split(norm_x_(matmul(x, w_)) + norm_h_(matmul(state.h, u_)),
                                    "input_gate", "forget_gate", "candidate", "output_gate");
    const Tensor c = sigmoid(f) * state.c + sigmoid(i) * tanh(g);
    return {.h = sigmoid(o) * tanh(norm_c_(c)), .c = c};
  }

 private:
  std::int64_t hidden_;
  Parameter w_;
  Parameter u_;
  LayerNorm norm_x_;
  LayerNorm norm_h_;
  LayerNorm norm_c_;
};
// clang-format on

Tensor numbers(Shape shape, std::uint64_t key) {
  RandomStream random{key};
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (float& v : values) v = static_cast<float>(2 * random.uniform() - 1);
  return Tensor::adopt(std::move(values), shape);
}

}  // namespace

TEST_CASE("a cell of one's own unrolls, stacks and runs in both directions") {
  Random random{1};
  const Parameters parameters{random};
  const NormLSTMCell cell{parameters / "cell", 16, 32};
  const Tensor xs = numbers({5, 3, 16}, 7);
  const Tensor lengths = Tensor::copy_of<std::int64_t>({5, 2, 4}, {3});
  // clang-format off
  const auto [outputs, last] = unroll(cell, xs, {.lengths = lengths});

  const Recurrent<NormLSTMCell> encoder{
      [](const Scope& s, std::int64_t input) { return NormLSTMCell{s, input, 32}; },
      parameters / "encoder", 16, {.layers = 2, .bidirectional = true, .dropout = 0.2}};
  const auto encoded = encoder(xs, lengths);
  // clang-format on
  CHECK(outputs.shape() == Shape{5, 3, 32});
  CHECK(encoded.outputs.shape() == Shape{5, 3, 64});
  CHECK(encoded.last.size() == 4);
  CHECK(at(at(outputs, 1, 1), 1).size() == 32);
  CHECK(same_values(at(at(outputs, 3), 1), zeros({32})));  // padding
  CHECK(same_values(at(last.h, 1), at(at(outputs, 1), 1)));
}

TEST_CASE("options act around a cell of one's own, and its stack takes the same steps") {
  Random random{1};
  const Parameters parameters{random};
  // clang-format off
  const Recurrent<NormLSTMCell> regular{
      [](const Scope& s, std::int64_t input) { return NormLSTMCell{s, input, 32}; },
      parameters / "regular", 16,
      {.layers = 2,
       .between = Between::residual,
       .step = {.input_dropout = 0.2, .recurrent_dropout = 0.2, .zoneout = 0.1}}};
  // clang-format on
  const Tensor xs = numbers({3, 2, 16}, 7);
  const Tensor calm = regular(xs).outputs;
  const Stack<NormLSTMCell> stack = regular.stack();
  StackState<NormLSTMCell> state = stack.zero_state(2);
  for (const int t : steps(3)) state = stack.step(at(xs, t), state);
  CHECK(norm(state.h - at(calm, 2)).item() < 1e-4);
  Tape tape{random};
  CHECK(norm(regular(xs).outputs - calm).item() > 0.1);
}

TEST_CASE("a loop of one's own gives what unroll gives") {
  Random random{1};
  const Parameters parameters{random};
  const NormLSTMCell cell{parameters / "cell", 2, 3};
  const Tensor xs = numbers({4, 1, 2}, 9);
  const int length = 4;
  NormState state = cell.zero_state(1);
  // clang-format off
  for (const int t : steps(length)) state = cell.step(at(xs, t), state);
  // clang-format on
  CHECK(same_values(state.h, unroll(cell, xs).last.h));
}

namespace {

Tensor random_inputs(Shape shape) {
  RandomStream random{3};
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (double& v : values) v = 2 * random.uniform() - 1;
  return Tensor::adopt(std::move(values), shape);
}

}  // namespace

TEST_CASE("the cell's gradient, its parameters' too, matches finite differences") {
  Random random{1};
  // clang-format off
  const Parameters exact{random, DType::f64};
  const NormLSTMCell small{exact / "cell", 2, 3};
  const std::vector<Tensor> inputs{random_inputs({4, 2, 2})};
  const GradientCheck check = check_gradient(
      [&](std::span<const Tensor> in) { return unroll(small, in[0]).outputs; }, exact, inputs);
  if (!check) std::cerr << check.message << '\n';
  // clang-format on
  CHECK(check);
  CHECK(check.worst > 0);
  CHECK(exact.size() == 8);
}
