#pragma once

#include <chronograd/layers/attention.h>
#include <chronograd/layers/embedding.h>
#include <chronograd/layers/linear.h>
#include <chronograd/layers/lstm.h>

#include <cstdint>

namespace seq2seq {

using chronograd::Tensor;

struct Options {
  static constexpr std::int64_t largest = 16384;  ///< of the sizes

  std::int64_t source_symbols = 0;
  std::int64_t target_symbols = 0;
  std::int64_t embedding = 64;
  std::int64_t hidden = 256;
  double dropout = 0.2;
};

/// Sequences side by side, ids of [time, batch], and their lengths [batch]. A target begins with
/// the start symbol as `given` and ends with the end symbol as `wanted`, one step later.
struct Batch {
  Tensor source;
  Tensor source_lengths;
  Tensor given;
  Tensor wanted;
  Tensor target_lengths;
};

/// What the decoder carries from step to step: the state of its LSTM, and the attentional vector
/// that is fed into the next step (input feeding, Luong et al. 2015, section 3.3).
struct DecoderState {
  chronograd::LSTMState lstm;
  Tensor h;
};

/// Sequence to sequence (Sutskever et al. 2014) with global attention (Luong et al. 2015): a
/// bidirectional LSTM reads the source, another LSTM writes the target symbol by symbol and looks
/// back at the source with each.
class Seq2Seq {
 public:
  Seq2Seq(const chronograd::Scope& scope, const Options& options);

  /// The mean of -log p(wanted symbol) over all real target symbols.
  Tensor loss(const Batch& batch) const;

  struct Encoded {
    chronograd::LuongAttention::Memory memory;
    DecoderState state;
  };
  Encoded encode(const Tensor& source, const Tensor& lengths) const;

  struct Step {
    Tensor logits;   ///< [batch, target symbols]
    Tensor weights;  ///< [batch, source]: where the decoder looked
    DecoderState state;
  };
  /// One more symbol of each sequence, given the ids [batch] of those before.
  Step step(const Tensor& ids, const DecoderState& state,
            const chronograd::LuongAttention::Memory& memory) const;

 private:
  struct Attended {
    DecoderState state;
    Tensor weights;
  };
  Attended decode(const Tensor& embedded, const DecoderState& state,
                  const chronograd::LuongAttention::Memory& memory) const;

  Options options_;
  chronograd::Embedding source_;
  chronograd::Embedding target_;
  chronograd::LSTM encoder_;
  chronograd::LSTMCell decoder_;
  chronograd::LuongAttention attention_;
  chronograd::Linear output_;
};

}  // namespace seq2seq
