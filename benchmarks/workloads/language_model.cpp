// W1 and its forward pass alone: a language model after Zaremba et al. 2014.
#include "draw.h"
#include "layer_options.h"
#include "training.h"
#include "workload.h"

namespace workloads {
namespace {

using namespace chronograd;

constexpr std::int64_t vocabulary = 10'000;
constexpr std::int64_t hidden = 200;

class LanguageModel {
 public:
  explicit LanguageModel(const Scope& scope)
      : embedding_(scope / "embedding", embedding_options(vocabulary, hidden)),
        lstm_(scope / "lstm", lstm_options(hidden, hidden), {.layers = 2}),
        output_(scope / "output", linear_options(hidden, vocabulary)) {}

  /// ids: [time, batch] -> [time, batch, vocabulary]
  Tensor logits(const Tensor& ids) const { return output_(lstm_(embedding_(ids)).outputs); }

 private:
  Embedding embedding_;
  LSTM lstm_;
  Linear output_;
};

Step training() {
  Draw draw;
  const Tensor given = draw.ids({35, 20}, vocabulary);
  const Tensor wanted = draw.ids({35, 20}, vocabulary);
  return train<LanguageModel, SGD>(
      [=](const LanguageModel& model) { return cross_entropy(model.logits(given), wanted); });
}

Step inference(std::int64_t length) {
  Draw draw;
  const Tensor given = draw.ids({length, 1}, vocabulary);
  return infer<LanguageModel>(
      [=](const LanguageModel& model) { return model.logits(given).values<float>()[0]; });
}

}  // namespace

std::vector<Workload> language_model() {
  return {{"W1", "language model of 10,000 words, 20 x 35, 2 LSTM layers of 200, SGD", training},
          {"W10lm", "its logits for 35 words", [] { return inference(35); }},
          {"W10tok", "and for one word", [] { return inference(1); }}};
}

}  // namespace workloads
