// The code of docs/coming-from-pytorch.md, compiled and run.
#include <chronograd/chronograd.h>
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "tests/temporary_folder.h"

using namespace chronograd;

TEST_CASE("a bidirectional model of PyTorch is loaded") {
  Random random{1};
  const Parameters parameters{random};
  const TemporaryFolder folder;
  const auto file = folder / "model.safetensors";
  std::map<std::string, Tensor> saved{{"embed.weight", full({10, 4}, 0.5)},
                                      {"out.weight", full({2, 6}, 0.25)},
                                      {"out.bias", full({2}, 3)}};
  for (const std::string end : {"_l0", "_l0_reverse"}) {
    saved.emplace("rnn.weight_ih" + end, full({9, 4}, 0.1));
    saved.emplace("rnn.weight_hh" + end, full({9, 3}, 0.2));
    saved.emplace("rnn.bias_ih" + end, full({9}, 0.3));
    saved.emplace("rnn.bias_hh" + end, full({9}, 0.4));
  }
  write_safetensors(file, saved);
  // clang-format off
  const Embedding embedding{parameters / "embedding", {.vocabulary = 10, .size = 4}};
  const GRU encoder{parameters / "encoder", {.input = 4, .hidden = 3}, {.bidirectional = true}};
  const Linear out{parameters / "out", {.input = 6, .output = 2}};
  load_as(parameters, file, Convention::pytorch, {{"rnn", "encoder"}, {"embed", "embedding"}});
  // clang-format on
  const auto is = [&](const char* path, Shape shape, double number) {
    return same_values(parameters.at(path).value(), full(shape, number));
  };
  CHECK(is("embedding/weight", {10, 4}, 0.5));
  CHECK(is("out/weight", {6, 2}, 0.25));
  CHECK(is("encoder/backwards_0/kernel", {4, 9}, 0.1));
  CHECK(is("encoder/forwards_0/recurrent", {3, 9}, 0.2));
  CHECK(is("encoder/forwards_0/bias", {9}, 0.3));
  CHECK(is("encoder/backwards_0/recurrent_bias", {9}, 0.4));
}

TEST_CASE("a layer of a PyTorch transformer is loaded by renaming its parts") {
  Random random{1};
  const Parameters parameters{random};
  const TemporaryFolder folder;
  const auto file = folder / "model.safetensors";
  std::map<std::string, Tensor> saved{{"layer.linear1.weight", full({3, 4}, 0.5)},
                                      {"layer.linear1.bias", full({3}, 0.25)},
                                      {"layer.linear2.weight", full({4, 3}, 0.75)},
                                      {"layer.linear2.bias", full({4}, 0.5)}};
  for (const std::string name : {"layer.self_attn.", "layer.multihead_attn."}) {
    saved.emplace(name + "in_proj_weight", full({12, 4}, 0.1));
    saved.emplace(name + "in_proj_bias", full({12}, 0.2));
    saved.emplace(name + "out_proj.weight", full({4, 4}, 0.3));
    saved.emplace(name + "out_proj.bias", full({4}, 0.4));
  }
  for (const std::string name : {"layer.norm1.", "layer.norm2.", "layer.norm3."}) {
    saved.emplace(name + "weight", full({4}, 2));
    saved.emplace(name + "bias", full({4}, 3));
  }
  write_safetensors(file, saved);
  // clang-format off
  const TransformerDecoderLayer layer{parameters / "layer", {.size = 4, .heads = 2, .hidden = 3}};
  load_as(parameters, file, Convention::pytorch,
          {{"layer.self_attn", "layer/attention"},
           {"layer.multihead_attn", "layer/cross"},
           {"layer.linear1", "layer/inner"},
           {"layer.linear2", "layer/outer"},
           {"layer.norm1", "layer/attention_norm"},
           {"layer.norm2", "layer/cross_norm"},
           {"layer.norm3", "layer/outer_norm"}});
  // clang-format on
  CHECK(same_values(parameters.at("layer/cross/input/weight").value(), full({4, 12}, 0.1)));
  CHECK(same_values(parameters.at("layer/outer/weight").value(), full({3, 4}, 0.75)));
  CHECK(same_values(parameters.at("layer/outer_norm/bias").value(), full({4}, 3)));
}
