// W2 to W5: the library's recurrent layers.
#include "draw.h"
#include "layer_options.h"
#include "sequences.h"
#include "training.h"
#include "workload.h"

namespace workloads {
namespace {

using namespace chronograd;

/// A recurrent layer that learns to put out given numbers.
template <class Layer, class Options>
Step regression(const Sizes& sizes, Options options_of(std::int64_t input, std::int64_t hidden)) {
  Draw draw;
  const Sequences data = draw_sequences(draw, sizes);
  return train<Layer>([=](const Layer& layer) { return mse(layer(data.xs).outputs, data.ys); },
                      options_of(sizes.input, sizes.hidden));
}

Step regression_reading_first(const Sizes& sizes) {
  Draw draw;
  const Sequences data = draw_sequences(draw, sizes);
  return train_and_read_first<LSTM>(
      [=](const LSTM& layer) { return mse(layer(data.xs).outputs, data.ys); },
      lstm_options(sizes.input, sizes.hidden));
}

/// Images read row by row.
class Classifier {
 public:
  explicit Classifier(const Scope& scope)
      : lstm_(scope / "lstm", lstm_options(28, 64)),
        output_(scope / "output", linear_options(64, 10)) {}

  Tensor logits(const Tensor& rows) const { return output_(lstm_(rows).last[0].h); }

 private:
  LSTM lstm_;
  Linear output_;
};

Step classification() {
  Draw draw;
  const Tensor rows = draw.numbers({28, 128, 28});
  const Tensor labels = draw.ids({128}, 10);
  return train<Classifier>(
      [=](const Classifier& classifier) { return cross_entropy(classifier.logits(rows), labels); });
}

}  // namespace

std::vector<Workload> recurrent() {
  const auto lstm = [](const Sizes& sizes) {
    return [sizes] { return regression<LSTM>(sizes, lstm_options); };
  };
  const auto gru = [](const Sizes& sizes) {
    return [sizes] { return regression<GRU>(sizes, gru_options); };
  };
  return {{"W2", "LSTM, 64 x 50, input 256, hidden 512", lstm({64, 50, 256, 512})},
          {"W2read", "the same, its loss read before its gradient is asked for",
           [] {
             return regression_reading_first({64, 50, 256, 512});
           }},
          {"W3a", "LSTM, 1 x 50, input 32, hidden 64", lstm({1, 50, 32, 64})},
          {"W3b", "the same, 16 x 50", lstm({16, 50, 32, 64})},
          {"W4", "images read row by row: LSTM, 128 x 28, input 28, hidden 64", classification},
          {"W5", "GRU of the sizes of W2", gru({64, 50, 256, 512})}};
}

}  // namespace workloads
