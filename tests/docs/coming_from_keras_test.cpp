// The code of docs/coming-from-keras.md, compiled and run.
#include <chronograd/chronograd.h>
#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <string>

#include "tests/temporary_folder.h"

using namespace chronograd;

TEST_CASE("a bidirectional model of Keras is loaded") {
  Random random{1};
  const Parameters parameters{random};
  const TemporaryFolder folder;
  const auto file = folder / "model.safetensors";
  std::map<std::string, Tensor> saved{{"embedding/embeddings", full({10, 4}, 0.5)},
                                      {"dense/kernel", full({6, 2}, 0.25)},
                                      {"dense/bias", full({2}, 3)}};
  for (const std::string layer : {"forward_lstm", "backward_lstm"}) {
    const std::string cell = "bidirectional/" + layer + "/lstm_cell/";
    saved.emplace(cell + "kernel", full({4, 12}, 0.1));
    saved.emplace(cell + "recurrent_kernel", full({3, 12}, 0.1));
    saved.emplace(cell + "bias", full({12}, 0.1));
  }
  write_safetensors(file, saved);
  const Tensor ids = Tensor::copy_of<std::int64_t>({1, 2, 3}, {3, 1});
  // clang-format off
  const Embedding embedding{parameters / "embedding", {.vocabulary = 10, .size = 4}};
  const LSTM lstm{parameters / "lstm", {.input = 4, .hidden = 3}, {.bidirectional = true}};
  const Linear dense{parameters / "dense", {.input = 6, .output = 2}};
  load_as(parameters, file, Convention::keras, {{"bidirectional", "lstm"}});
  const auto [outputs, last] = lstm(embedding(ids));
  const Tensor logits = dense(concat({last[0].h, last[1].h}, -1));
  // clang-format on
  CHECK(outputs.shape() == Shape{3, 1, 6});
  // All weights are alike, so all numbers of h are.
  const double h = outputs.values<float>()[12];
  CHECK(h > 0);
  CHECK(logits.values<float>()[1] == doctest::Approx(3 + 6 * 0.25 * h));
}
