#include "model.h"

#include <chronograd/chronograd.h>

namespace seq2seq {

using namespace chronograd;

Seq2Seq::Seq2Seq(const Scope& scope, const Options& o)
    : options_(o),
      source_(scope / "source", {.vocabulary = o.source_symbols, .size = o.embedding}),
      target_(scope / "target", {.vocabulary = o.target_symbols, .size = o.embedding}),
      encoder_(scope / "encoder", {.input = o.embedding, .hidden = o.hidden / 2},
               {.bidirectional = true}),
      decoder_(scope / "decoder", {.input = o.embedding + o.hidden, .hidden = o.hidden}),
      attention_(scope / "attention", {.query = o.hidden, .memory = o.hidden}),
      output_(scope / "output", {.input = o.hidden, .output = o.target_symbols}) {}

Seq2Seq::Encoded Seq2Seq::encode(const Tensor& source, const Tensor& lengths) const {
  const auto [states, last] = encoder_(dropout(source_(source), options_.dropout), lengths);
  const LSTMState start{.h = concat({last[0].h, last[1].h}, -1),
                        .c = concat({last[0].c, last[1].c}, -1)};
  const std::int64_t batch = source.shape()[1];
  return {.memory = attention_.remember(states, lengths),
          .state = {.lstm = start, .h = zeros({batch, options_.hidden}, states.dtype())}};
}

Seq2Seq::Attended Seq2Seq::decode(const Tensor& embedded, const DecoderState& state,
                                  const LuongAttention::Memory& memory) const {
  const LSTMState lstm = decoder_.step(concat({embedded, state.h}, -1), state.lstm);
  const auto [output, context, weights] = attention_(lstm.h, memory);
  return {.state = {.lstm = lstm, .h = dropout(output, options_.dropout)}, .weights = weights};
}

Seq2Seq::Step Seq2Seq::step(const Tensor& ids, const DecoderState& state,
                            const LuongAttention::Memory& memory) const {
  const auto [next, weights] = decode(target_(ids), state, memory);
  return {.logits = output_(next.h), .weights = weights, .state = next};
}

Tensor Seq2Seq::loss(const Batch& batch) const {
  auto [memory, state] = encode(batch.source, batch.source_lengths);
  const std::vector<Tensor> given = unstack(dropout(target_(batch.given), options_.dropout));
  std::vector<Tensor> outputs;
  for (const int t : steps(static_cast<std::int64_t>(given.size()))) {
    state = decode(given[static_cast<std::size_t>(t)], state, memory).state;
    outputs.push_back(state.h);
  }
  const Tensor real = sequence_mask(batch.target_lengths, batch.wanted.shape()[0]);
  const Tensor likelihood = log_probability(output_(stack(outputs)), batch.wanted, real);
  return named("loss", -sum(likelihood) / cast(sum(batch.target_lengths), DType::f32));
}

}  // namespace seq2seq
