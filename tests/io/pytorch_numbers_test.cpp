#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/io/load_as.h"
#include "chronograd/io/safetensors.h"
#include "chronograd/layers/conv1d.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/layer_norm.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/layers/multi_head_attention.h"
#include "chronograd/layers/simple_rnn.h"
#include "chronograd/layers/transformer.h"
#include "tests/temporary_folder.h"

// The numbers were printed by tests/io/pytorch/numbers.cpp with libtorch 1.13.1.

namespace chronograd {
namespace {

using Entries = std::vector<std::pair<std::string, Shape>>;

/// A module's tensors in PyTorch's order, filled as numbers.cpp fills them.
std::map<std::string, Tensor> filled(const Entries& entries) {
  std::map<std::string, Tensor> file;
  std::int64_t p = 0;
  for (const auto& [name, shape] : entries) {
    std::vector<double> values;
    for (std::int64_t i = 0; i < shape.size(); ++i) {
      values.push_back(static_cast<double>((i * 7 + p * 3) % 11 - 5) / 8);
    }
    file.emplace("m." + name, Tensor::adopt(std::move(values), shape));
    ++p;
  }
  return file;
}

void load(const Parameters& parameters, const Entries& entries, const Renames& renames = {}) {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", filled(entries));
  load_as(parameters, folder / "x", Convention::pytorch, renames);
}

void check_numbers(const Tensor& found, const std::vector<double>& wanted) {
  REQUIRE(found.size() == static_cast<std::int64_t>(wanted.size()));
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    CHECK(std::abs(found.values<double>()[k] - wanted[k]) < 1e-12);
  }
}

Entries cell(const std::string& suffix, std::int64_t rows, std::int64_t input,
             std::int64_t hidden = 3) {
  return {{"weight_ih" + suffix, {rows, input}},
          {"weight_hh" + suffix, {rows, hidden}},
          {"bias_ih" + suffix, {rows}},
          {"bias_hh" + suffix, {rows}}};
}

Entries operator+(Entries a, const Entries& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Entries two_layers_of_both_directions(std::int64_t rows) {
  return cell("_l0", rows, 2) + cell("_l0_reverse", rows, 2) + cell("_l1", rows, 6) +
         cell("_l1_reverse", rows, 6);
}

Entries attention(const std::string& name) {
  return {{name + "in_proj_weight", {12, 4}},
          {name + "in_proj_bias", {12}},
          {name + "out_proj.weight", {4, 4}},
          {name + "out_proj.bias", {4}}};
}

Entries norm(const std::string& name) { return {{name + ".weight", {4}}, {name + ".bias", {4}}}; }

const Entries feed_forward{{"linear1.weight", {3, 4}},
                           {"linear1.bias", {3}},
                           {"linear2.weight", {4, 3}},
                           {"linear2.bias", {4}}};

struct Model {
  Random random{1};
  Parameters parameters{random, DType::f64};
  Scope scope = parameters / "m";
  Tensor xs = Tensor::copy_of({0.5, -1.0, 2.0, 0.25, -0.75, 1.5}, {3, 1, 2});
  Tensor x = Tensor::copy_of({0.5, -1.0}, {1, 2});
  Tensor sequence = range(12, 0.25, -1);
  Tensor memory = range(8, -0.5, 1);

  static Tensor range(int count, double step, double start) {
    std::vector<double> values;
    for (int k = 0; k < count; ++k) values.push_back(k * step + start);
    return Tensor::adopt(std::move(values), {count / 4, 1, 4});
  }
};

TEST_CASE_FIXTURE(Model, "an LSTM gives libtorch's numbers") {
  const LSTM lstm{scope, {.input = 2, .hidden = 3}};
  load(parameters, cell("_l0", 12, 2));
  check_numbers(lstm(xs).outputs,
                {0.13860543542965231, -0.092452405573257887, 0.057824933399563155,
                 0.15982788755977048, 0.083859149413740147, 0.068711226764057873,
                 -0.045190868637077872, -0.1895121095360584, 0.28737831852067736});
}

TEST_CASE_FIXTURE(Model, "an LSTM of two layers and both directions gives libtorch's numbers") {
  const LSTM lstm{scope, {.input = 2, .hidden = 3}, {.layers = 2, .bidirectional = true}};
  load(parameters, two_layers_of_both_directions(12));
  check_numbers(
      lstm(xs).outputs,
      {0.069904110053754451, -0.00051096103071925981, -0.0034998965645862096, 0.20840679173846655,
       0.02303388574270105, 0.13535068327841154, 0.15645614096769336, -0.020502896362272944,
       0.0083006732889058018, 0.25044679917134222, -0.033594587995691733, 0.092799792184465685,
       0.26647475816057348, -0.11752719176608974, 0.0071502064375947826, 0.22310327817825082,
       -0.082599386528478078, -0.011629594319797537});
}

TEST_CASE_FIXTURE(Model, "an LSTM with a projection gives libtorch's numbers") {
  const LSTM lstm{scope, {.input = 2, .hidden = 3, .projection = 2}};
  load(parameters, cell("_l0", 12, 2, 2) + Entries{{"weight_hr_l0", {2, 3}}});
  check_numbers(lstm(xs).outputs,
                {-0.11120048647974326, -0.12419773188673797, -0.054419064544516962,
                 -0.089646556736039648, -0.08768165235028183, -0.09036043387319001});
}

TEST_CASE_FIXTURE(Model, "an LSTM without bias gives libtorch's numbers") {
  const LSTM lstm{scope, {.input = 2, .hidden = 3, .bias = false}};
  load(parameters, {{"weight_ih_l0", {12, 2}}, {"weight_hh_l0", {12, 3}}});
  check_numbers(lstm(xs).outputs,
                {0.080511422176654593, 0.034296795950414592, -0.12606690179397834,
                 0.09334550113225043, 0.22920274235690688, -0.10217774526510456,
                 -0.068608209793637215, -0.0028711138551684003, 0.072881563055910217});
}

TEST_CASE_FIXTURE(Model, "a GRU gives libtorch's numbers") {
  const GRU gru{scope, {.input = 2, .hidden = 3}};
  load(parameters, cell("_l0", 9, 2));
  check_numbers(gru(xs).outputs, {0.12612451364963634, -0.35845203591613933, -0.024355928522888343,
                                  0.18852502034111498, 0.38126026399678103, -0.0092365955574072022,
                                  -0.1211291585628263, -0.072826216561986401, 0.65255763773440445});
}

TEST_CASE_FIXTURE(Model, "a GRU of two layers and both directions gives libtorch's numbers") {
  const GRU gru{scope, {.input = 2, .hidden = 3}, {.layers = 2, .bidirectional = true}};
  load(parameters, two_layers_of_both_directions(9));
  check_numbers(gru(xs).outputs, {-0.045932680177109608, -0.062712934298941855, 0.32423412787661404,
                                  0.014375094773205421, -0.21468668416718517, 0.60603520506520059,
                                  -0.010521814388319298, -0.19465452543228565, 0.41579159416038919,
                                  0.29090758395722982, -0.17622651126679773, 0.48556742275851367,
                                  0.02130224269196962, -0.48358909883639506, 0.34546390802954702,
                                  0.31434744884334942, -0.16774661371991112, -0.14530622740623395});
}

TEST_CASE_FIXTURE(Model, "a simple RNN gives libtorch's numbers") {
  const SimpleRNN rnn{scope, {.input = 2, .hidden = 3}};
  load(parameters, cell("_l0", 3, 2));
  check_numbers(rnn(xs).outputs, {0.062418746747512514, -0.80930107020178099, 0.41157005567402244,
                                  -0.77489771923817641, -0.81669372910360749, -0.22592732084792533,
                                  0.80888660696730408, 0.55959255042547262, -0.49813335583610324});
}

TEST_CASE_FIXTURE(Model, "a GRUCell gives libtorch's numbers") {
  const GRUCell gru{scope, {.input = 2, .hidden = 3}};
  load(parameters, cell("", 9, 2));
  check_numbers(gru.step(x, gru.zero_state(1)).h,
                {0.12612451364963634, -0.35845203591613933, -0.024355928522888343});
}

TEST_CASE_FIXTURE(Model, "an LSTMCell gives libtorch's numbers") {
  const LSTMCell lstm{scope, {.input = 2, .hidden = 3}};
  load(parameters, cell("", 12, 2));
  const auto state = lstm.step(x, lstm.zero_state(1));
  check_numbers(state.h, {0.13860543542965231, -0.092452405573257887, 0.057824933399563155});
  check_numbers(state.c, {0.23827680968056575, -0.14616222067642931, 0.11262015973145305});
}

TEST_CASE_FIXTURE(Model, "a Linear gives libtorch's numbers") {
  const Linear linear{scope, {.input = 2, .output = 3}};
  load(parameters, {{"weight", {3, 2}}, {"bias", {3}}});
  check_numbers(linear(xs),
                {-0.8125, -0.125, 0.5625, -1.4375, 0.28125, 0.28125, 0.59375, 1.75, -0.53125});
}

TEST_CASE_FIXTURE(Model, "a LayerNorm gives libtorch's numbers") {
  const LayerNorm layer_norm{scope, {.size = 2}};
  load(parameters, {{"weight", {2}}, {"bias", {2}}});
  check_numbers(layer_norm(xs), {-0.87499444451851738, 0.37500222219259305, -0.87499591840732971,
                                 0.37500163263706804, 0.37499753087882942, 0.87499901235153177});
}

TEST_CASE_FIXTURE(Model, "a Conv1D gives libtorch's numbers") {
  const Conv1D conv{scope, {.input = 2, .output = 2, .width = 2}};
  load(parameters, {{"weight", {2, 2, 2}}, {"bias", {2}}});
  check_numbers(conv(xs), {0.34375, -0.5625, -0.8125, 1.28125});
}

TEST_CASE_FIXTURE(Model, "a MultiHeadAttention gives libtorch's numbers") {
  const MultiHeadAttention heads{scope, {.size = 4, .heads = 2}};
  load(parameters, attention(""));
  check_numbers(heads(sequence), {0.75664314005858135, -0.1501134889936718, -0.28788481723624926,
                                  0.18035855371149759, 0.75275264594751001, -0.15790162599565397,
                                  -0.29452299093013579, 0.16982273712670021, 0.74880319190491162,
                                  -0.1656537202531477, -0.30123054829261547, 0.1593125395493252});
}

TEST_CASE_FIXTURE(Model, "a TransformerEncoderLayer gives libtorch's numbers") {
  const TransformerEncoderLayer layer{scope, {.size = 4, .heads = 2, .hidden = 3}};
  load(parameters, attention("self_attn.") + feed_forward + norm("norm1") + norm("norm2"),
       {{"m.self_attn", "m/attention"},
        {"m.linear1", "m/inner"},
        {"m.linear2", "m/outer"},
        {"m.norm1", "m/attention_norm"},
        {"m.norm2", "m/outer_norm"}});
  check_numbers(layer(sequence), {-0.15796629853773009, 0.43808227739784067, -0.50282912517308798,
                                  0.58867710375159954, -0.16023671999541206, 0.43876490890182884,
                                  -0.50386690992260397, 0.59114086716489078, -0.16249164323406939,
                                  0.43943086467067932, -0.50486121999997358, 0.5935783368307489});
}

TEST_CASE_FIXTURE(Model, "a TransformerDecoderLayer gives libtorch's numbers under a causal mask") {
  const TransformerDecoderLayer layer{scope, {.size = 4, .heads = 2, .hidden = 3}};
  load(parameters,
       attention("self_attn.") + attention("multihead_attn.") + feed_forward + norm("norm1") +
           norm("norm2") + norm("norm3"),
       {{"m.self_attn", "m/attention"},
        {"m.multihead_attn", "m/cross"},
        {"m.linear1", "m/inner"},
        {"m.linear2", "m/outer"},
        {"m.norm1", "m/attention_norm"},
        {"m.norm2", "m/cross_norm"},
        {"m.norm3", "m/outer_norm"}});
  check_numbers(
      layer(sequence, layer.remember(memory)),
      {0.40669415564574135, -1.1776245252229689, 0.51729129129150331, 0.074952790089208132,
       0.40413053376101943, -1.1911934115785539, 0.51703652461314054, 0.085252821722523284,
       0.3979154538527494, -1.2239608715982102, 0.52195760198870911, 0.11571104292249433});
}

}  // namespace
}  // namespace chronograd
