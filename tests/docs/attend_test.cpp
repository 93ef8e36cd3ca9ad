// The code of docs/attend.md, compiled and run.
#include <chronograd/chronograd.h>
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

using namespace chronograd;

namespace {

// clang-format off
template <class Attention>
class Decoder {
 public:
  struct State {
    Tensor h;
    typename Attention::Memory memory;
  };

  Decoder(const Scope& scope, const Attention& attention, std::int64_t input, std::int64_t hidden)
      : cell_(scope / "cell", {.input = input + hidden, .hidden = hidden}), attention_(attention) {}

  State start(const Tensor& encoded, const Tensor& lengths, const Tensor& h) const {
    return {.h = h, .memory = attention_.remember(encoded, lengths)};
  }

  State step(const Tensor& x, const State& state) const {
    const Tensor h = cell_.step(concat({x, state.h}, -1), {.h = state.h}).h;
    const auto [output, context, weights] = attention_(h, state.memory);
    return {.h = output, .memory = attention_.after(state.memory, weights)};
  }

 private:
  GRUCell cell_;
  Attention attention_;
};
// clang-format on

Tensor numbers(Shape shape, std::uint64_t key) {
  RandomStream random{key};
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (float& v : values) v = static_cast<float>(2 * random.uniform() - 1);
  return Tensor::adopt(std::move(values), shape);
}

bool near(const Tensor& a, const Tensor& b) { return (max)(abs(a - b)).item() < 1e-5; }

const Tensor lengths = Tensor::copy_of<std::int64_t>({5, 3}, {2});

template <class Attention>
void decode(const Scope& scope, const Attention& attention) {
  const Decoder<Attention> decoder{scope, attention, 3, 4};
  auto state = decoder.start(numbers({5, 2, 4}, 1), lengths, zeros({2, 4}));
  for (const int t : steps(3)) state = decoder.step(at(numbers({3, 2, 3}, 2), t), state);
  CHECK(state.h.shape() == Shape{2, 4});
}

}  // namespace

TEST_CASE("one decoder takes any attention") {
  Random random{1};
  const Parameters parameters{random};
  const Scope p = parameters;
  decode(p / "a", LuongAttention{p / "luong", {.query = 4, .memory = 4}});
  decode(p / "b", AdditiveAttention{p / "additive", {.query = 4, .memory = 4, .coverage = true}});
  decode(p / "c", LocationAttention{p / "location", {.query = 4, .memory = 4, .width = 3}});
  decode(p / "d", MultiHeadAttention{p / "heads", {.size = 4, .heads = 2}});
}

TEST_CASE("all queries of a sequence are asked at once") {
  Random random{1};
  const Parameters parameters{random};
  const Tensor queries = numbers({3, 2, 6}, 1), encoded = numbers({5, 2, 4}, 2);
  // clang-format off
  const AdditiveAttention attention{parameters / "attention", {.query = 6, .memory = 4}};
  const auto [output, context, weights] = attention(queries, attention.remember(encoded, lengths));
  // clang-format on
  CHECK(output.shape() == Shape{3, 2, 6});
  CHECK(context.shape() == Shape{3, 2, 4});
  CHECK(near(sum(weights, -1), ones({3, 2})));
}

TEST_CASE("a transformer's decoder gives step by step what it gives at once") {
  Random random{1};
  const Parameters parameters{random};
  const Tensor xs = numbers({5, 2, 8}, 1), ys = numbers({4, 2, 8}, 2);
  // clang-format off
  const TransformerEncoderLayer encoder{parameters / "encoder",
                                        {.size = 8, .heads = 2, .dropout = 0.1, .norm_first = true}};
  const Tensor positions = reshape(sinusoidal_positions(5, 8), {5, 1, 8});
  const Tensor encoded = encoder(xs + positions, {.lengths = lengths});

  const TransformerDecoderLayer decoder{parameters / "decoder", {.size = 8, .heads = 2}};
  const auto memory = decoder.remember(encoded, lengths);
  KeyCache cache = decoder.cache(2, 29);
  std::vector<Tensor> outputs;
  for (const int t : steps(4)) {
    auto [output, next] = decoder.step(at(ys, t), memory, cache);
    outputs.push_back(output);
    cache = next;
  }
  // clang-format on
  CHECK(near(stack(outputs), decoder(ys, memory)));
}
