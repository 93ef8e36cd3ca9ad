// W9: sentences of different lengths, each recorded on its own, without padding. They come in
// another order at every step, so that no step is like one before.
#include "sentences.h"

#include "layer_options.h"
#include "own_cell.h"
#include "training.h"
#include "workload.h"

namespace workloads {
namespace {

using namespace chronograd;

constexpr std::int64_t embedded = 64;
constexpr std::int64_t hidden = 128;

/// Classifies by the last output of `layer`, a function from [time, 1, embedded] to [1, hidden].
template <class Layer>
class Classifier {
 public:
  template <class... Options>
  explicit Classifier(const Scope& scope, const Options&... options)
      : embedding_(scope / "embedding", embedding_options(words_known, embedded)),
        layer_(scope / "layer", options...),
        output_(scope / "output", linear_options(hidden, classes)) {}

  Tensor loss(const std::vector<Sentence>& sentences) const {
    std::vector<Tensor> last;
    for (const Sentence& sentence : sentences) {
      const Tensor xs = embedding_(sentence.words);
      last.push_back(last_output(reshape(xs, {xs.shape()[0], 1, embedded})));
    }
    return cross_entropy(output_(concat(last, 0)), labels_of(sentences));
  }

 private:
  Tensor last_output(const Tensor& xs) const {
    if constexpr (RecurrentCell<Layer>) {
      return unroll(layer_, xs).last.h;
    } else {
      return layer_(xs).last[0].h;
    }
  }

  Embedding embedding_;
  Layer layer_;
  Linear output_;
};

template <class Layer, class... Options>
Step training(Draw draw, std::vector<Sentence> sentences, const Options&... options) {
  return train<Classifier<Layer>>(
      [=](const Classifier<Layer>& model) mutable {
        draw.shuffle(sentences);
        return model.loss(sentences);
      },
      options...);
}

Step with_library_lstm() {
  Draw draw;
  const std::vector<Sentence> sentences = draw_sentences(draw);
  return training<LSTM>(draw, sentences, lstm_options(embedded, hidden));
}

Step with_own_cell() {
  Draw draw;
  const std::vector<Sentence> sentences = draw_sentences(draw);
  return training<OwnCell>(draw, sentences, embedded, hidden, cell_weights(draw, hidden));
}

}  // namespace

std::vector<Workload> sentences() {
  return {{"W9one", "64 sentences of 5 to 50 words, each recorded on its own, LSTM 128",
           with_library_lstm},
          {"W9cell", "the same with an LSTM cell of one's own", with_own_cell}};
}

}  // namespace workloads
