// A whole training loop in small: a model, its gradients and an optimizer.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops.h"
#include "chronograd/optim/adam.h"
#include "chronograd/optim/clip.h"

namespace chronograd {
namespace {

constexpr std::int64_t time = 6;
constexpr std::int64_t batch = 32;

/// Reads bits and says at each step whether there were an odd number of ones so far.
class Parity {
 public:
  explicit Parity(const Scope& scope)
      : lstm_(scope / "lstm", {.input = 1, .hidden = 16}),
        output_(scope / "output", {.input = 16, .output = 2}) {}

  /// [time, batch, 1] -> logits of [time, batch, 2].
  Tensor operator()(const Tensor& bits) const { return output_(lstm_(bits).outputs); }

 private:
  LSTM lstm_;
  Linear output_;
};

struct Lesson {
  Tensor bits;    ///< f32 [time, batch, 1]
  Tensor parity;  ///< i64 [time, batch]
};

Lesson lesson(RandomStream& random) {
  std::vector<float> bits;
  std::vector<std::int64_t> parity;
  std::array<std::int64_t, batch> sums{};
  for (std::int64_t t = 0; t < time; ++t) {
    for (std::int64_t& sum : sums) {
      const bool bit = random.uniform() < 0.5;
      sum += bit;
      bits.push_back(bit ? 1 : -1);
      parity.push_back(sum % 2);
    }
  }
  return {Tensor::copy_of(bits, Shape{time, batch, 1}),
          Tensor::copy_of(parity, Shape{time, batch})};
}

double part_right(const Parity& model, const Lesson& question) {
  const Tensor said = argmax(model(question.bits), -1);
  const auto values = said.values<std::int64_t>();
  const auto wanted = question.parity.values<std::int64_t>();
  std::size_t right = 0;
  for (std::size_t k = 0; k < values.size(); ++k) right += values[k] == wanted[k];
  return static_cast<double>(right) / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("an LSTM learns the parity of a sequence of bits") {
  Random random{1};
  RandomStream lessons{random.next_stream()};
  const Parameters parameters{random};
  const Parity model{parameters.root()};
  Adam adam{parameters, {.rate = 0.02}};
  const Lesson unseen = lesson(lessons);
  CHECK(part_right(model, unseen) < 0.7);
  for (int step = 0; step < 400; ++step) {
    const Lesson now = lesson(lessons);
    const Tape tape{random};
    const Tensor loss = -mean(pick(log_softmax(model(now.bits)), now.parity));
    adam.step(clip_norm(backward(loss, parameters), 1));
  }
  CHECK(part_right(model, unseen) > 0.95);
}

}  // namespace chronograd
