// W6 and greedy decoding with its model: attention at every step and input feeding (Luong et al.
// 2015).
#include "draw.h"
#include "layer_options.h"
#include "training.h"
#include "workload.h"

namespace workloads {
namespace {

using namespace chronograd;

constexpr std::int64_t embedded = 256;
constexpr std::int64_t hidden = 512;
constexpr std::int64_t source_length = 20;
constexpr std::int64_t target_length = 20;

class Seq2Seq {
 public:
  struct State {
    LSTMState lstm;
    Tensor h;  ///< the attentional vector, fed into the next step
  };
  struct Encoded {
    LuongAttention::Memory memory;
    State state;
  };

  Seq2Seq(const Scope& scope, std::int64_t vocabulary)
      : source_(scope / "source", embedding_options(vocabulary, embedded)),
        target_(scope / "target", embedding_options(vocabulary, embedded)),
        encoder_(scope / "encoder", lstm_options(embedded, hidden / 2), {.bidirectional = true}),
        decoder_(scope / "decoder", lstm_options(embedded + hidden, hidden)),
        attention_(scope / "attention", {.query = hidden, .memory = hidden}),
        output_(scope / "output", linear_options(hidden, vocabulary)) {}

  /// ids: [time, batch]
  Encoded encode(const Tensor& ids) const {
    const auto [states, last] = encoder_(source_(ids));
    const LSTMState lstm{.h = concat({last[0].h, last[1].h}, -1),
                         .c = concat({last[0].c, last[1].c}, -1)};
    return {.memory = attention_.remember(states),
            .state = {.lstm = lstm, .h = zeros(lstm.h.shape())}};
  }

  State step(const Tensor& x, const State& state, const LuongAttention::Memory& memory) const {
    const LSTMState lstm = decoder_.step(concat({x, state.h}, -1), state.lstm);
    return {.lstm = lstm, .h = attention_(lstm.h, memory).output};
  }

  Tensor loss(const Tensor& source, const Tensor& given, const Tensor& wanted) const {
    auto [memory, state] = encode(source);
    const std::vector<Tensor> xs = unstack(target_(given));
    std::vector<Tensor> outputs;
    for (const int t : steps(target_length)) {
      state = step(xs[static_cast<std::size_t>(t)], state, memory);
      outputs.push_back(state.h);
    }
    return cross_entropy(output_(stack(outputs)), wanted);
  }

  /// The sum of the ids of the first sentence.
  double decode(const Tensor& source) const {
    auto [memory, state] = encode(source);
    Tensor ids = zeros({source.shape()[1]}, DType::i64);
    std::int64_t sum = 0;
    for ([[maybe_unused]] const int t : steps(target_length)) {
      state = step(target_(ids), state, memory);
      ids = argmax(output_(state.h));
      sum += ids.values<std::int64_t>()[0];
    }
    return static_cast<double>(sum);
  }

 private:
  Embedding source_;
  Embedding target_;
  LSTM encoder_;
  LSTMCell decoder_;
  LuongAttention attention_;
  Linear output_;
};

Step training(std::int64_t vocabulary) {
  constexpr std::int64_t batch = 64;
  Draw draw;
  const Tensor source = draw.ids({source_length, batch}, vocabulary);
  const Tensor given = draw.ids({target_length, batch}, vocabulary);
  const Tensor wanted = draw.ids({target_length, batch}, vocabulary);
  return train<Seq2Seq>([=](const Seq2Seq& model) { return model.loss(source, given, wanted); },
                        vocabulary);
}

Step decoding(std::int64_t batch, std::int64_t vocabulary) {
  Draw draw;
  const Tensor source = draw.ids({source_length, batch}, vocabulary);
  return infer<Seq2Seq>([=](const Seq2Seq& model) { return model.decode(source); }, vocabulary);
}

}  // namespace

std::vector<Workload> seq2seq() {
  return {{"W6s", "seq2seq with attention, 64 x 20 to 20, vocabulary 100",
           [] { return training(100); }},
          {"W6l", "the same with vocabulary 8,000", [] { return training(8'000); }},
          {"W10g1s", "greedy decoding of 20 words, batch 1, vocabulary 100",
           [] { return decoding(1, 100); }},
          {"W10g64s", "the same with batch 64", [] { return decoding(64, 100); }},
          {"W10g1l", "greedy decoding of 20 words, batch 1, vocabulary 8,000",
           [] { return decoding(1, 8'000); }},
          {"W10g64l", "the same with batch 64", [] { return decoding(64, 8'000); }}};
}

}  // namespace workloads
