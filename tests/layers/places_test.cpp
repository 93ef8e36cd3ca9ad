// Where a layer says that it was asked for what it cannot do: the user's line, and not its own.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "chronograd/layers/additive_attention.h"
#include "chronograd/layers/attention.h"
#include "chronograd/layers/conv1d.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/layers/multi_head_attention.h"
#include "chronograd/layers/transformer.h"
#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

using test::message_of;

std::string here(int line, const char* before = "") {
  return fmt::format(" ({}tests/layers/places_test.cpp:{})", before, line);
}

struct Model {
  Random random{1};
  Parameters parameters{random};
};

TEST_CASE("options out of range are told where their braces are") {
  const Model m;
  const Scope scope = m.parameters / "a";
  const int line = __LINE__ + 1;
  const auto lstm = [&] { LSTM(scope, {.input = 2, .hidden = 0}); };
  const auto cell = [&] { GRUCell(scope, {.input = -1, .hidden = 2}); };
  const auto dropout = [&] { LSTM(scope, {.input = 2, .hidden = 2}, {.dropout = 1}); };
  const auto inner = [&] { TransformerEncoderLayer(scope, {.size = 4, .heads = 3}); };
  CHECK(message_of<ValueError>(lstm) == "LSTM: hidden = 0; give a size of at least 1" + here(line));
  CHECK(message_of<ValueError>(cell).ends_with(here(line + 1)));
  CHECK(message_of<ValueError>(dropout).ends_with(here(line + 2)));
  CHECK(message_of<ValueError>(inner).ends_with(here(line + 3)));
  CHECK(m.parameters.size() == 0);
}

TEST_CASE("a container that makes the layer is not mistaken for the user") {
  const Model m;
  std::optional<Linear> later;
  const int line = __LINE__ + 1;
  const auto emplaced = [&] { later.emplace(m.parameters / "a", LinearOptions{.output = 2}); };
  CHECK(message_of<ValueError>(emplaced).ends_with(here(line)));
  const auto made = [&] {
    return std::make_unique<Linear>(m.parameters / "a", LinearOptions{.input = 2});
  };
  CHECK(message_of<ValueError>([&] { made(); }).ends_with(here(line + 3)));
}

TEST_CASE("the members of a user's model are told where they are made") {
  struct Tagger {
    explicit Tagger(const Scope& scope, std::int64_t hidden)
        : lstm(scope / "lstm", {.input = 2, .hidden = hidden}) {}
    LSTM lstm;
  };
  const int line = __LINE__ - 3;
  const Model m;
  CHECK(message_of<ValueError>([&] { Tagger(m.parameters, 0); }).ends_with(here(line)));
}

TEST_CASE("options without braces have no line, rather than one of the library's") {
  const Model m;
  LSTMOptions options;
  options.input = 2;
  CHECK(message_of<ValueError>([&] { LSTM(m.parameters / "a", options); }) ==
        "LSTM: hidden = 0; give a size of at least 1");
}

TEST_CASE("a call of a layer that does not fit is told where it is, inside of the layer's scope") {
  const Model m;
  const LuongAttention luong{m.parameters / "luong", {.query = 2, .memory = 3}};
  const AdditiveAttention additive{m.parameters / "additive", {.query = 2, .memory = 3}};
  const MultiHeadAttention heads{m.parameters / "heads", {.size = 4, .heads = 2}};
  const Conv1D conv{m.parameters / "conv", {.input = 2, .output = 2, .width = 3}};
  const AttentionMemory memory = additive.remember(zeros({4, 1, 3}));
  const Tensor wrong = zeros({2, 2, 2});
  const int line = __LINE__ + 1;
  const auto remember = [&] { luong.remember(wrong); };
  const auto look = [&] { additive(wrong, memory); };
  const auto attend = [&] { heads(wrong); };
  const auto convolve = [&] { conv(wrong); };
  CHECK(message_of<ShapeError>(remember).ends_with(here(line, "luong, ")));
  CHECK(message_of<ShapeError>(look).ends_with(here(line + 1, "additive, ")));
  CHECK(message_of<ShapeError>(attend).ends_with(here(line + 2, "heads, ")));
  CHECK(message_of<ShapeError>(convolve).ends_with(here(line + 3, "conv, ")));
}

TEST_CASE("a parameter that exists already is told where it is made again") {
  const Model m;
  const Linear linear{m.parameters / "a", {.input = 2, .output = 2}};
  const Scope scope = m.parameters / "a";
  const int line = __LINE__ + 1;
  const auto again = [&] { scope.parameter("weight", {2}, init::zeros()); };
  const auto vector = [&] { scope.parameter("vector", {2}, init::orthogonal()); };
  CHECK(message_of<ParameterError>(again).ends_with(here(line)));
  CHECK(message_of<ShapeError>(vector).ends_with(here(line + 1)));
}

}  // namespace
}  // namespace chronograd
