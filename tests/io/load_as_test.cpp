#include "chronograd/io/load_as.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/io/safetensors.h"
#include "chronograd/layers/batch_norm.h"
#include "chronograd/layers/conv1d.h"
#include "chronograd/layers/embedding.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/layer_norm.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/layers/simple_rnn.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

using File = std::map<std::string, Tensor>;
using Vector = std::vector<double>;
using Sequence = std::vector<Vector>;

Tensor numbers(Shape shape, std::uint64_t key) {
  RandomStream random{key};
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (float& v : values) v = static_cast<float>(2 * random.uniform() - 1);
  return Tensor::adopt(std::move(values), shape);
}

/// A file's tensors of these names and shapes.
File file_of(std::initializer_list<std::pair<std::string, Shape>> entries) {
  File file;
  for (const auto& [name, shape] : entries) file.emplace(name, numbers(shape, 7 + file.size()));
  return file;
}

void load_file(const Parameters& parameters, const File& file, Convention convention,
               const Renames& renames = {}) {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", file);
  load_as(parameters, folder / "x", convention, renames);
}

std::string refusal(const Parameters& parameters, const File& file, Convention convention,
                    const Renames& renames = {}) {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", file);
  const auto before = parameters.snapshot();
  std::string message;
  try {
    load_as(parameters, folder / "x", convention, renames);
  } catch (const FileError& error) {
    message = error.what();
  }
  for (const auto& [path, tensor] : parameters.snapshot()) {
    CHECK(same_values(tensor, before.at(path)));
  }
  const std::string start = "load_as: " + (folder / "x").string();
  REQUIRE(message.starts_with(start));
  return message.substr(start.size());
}

double at(const Tensor& t, std::size_t i) { return static_cast<double>(t.values<float>()[i]); }
double at(const Tensor& t, std::size_t i, std::size_t j) {
  return at(t, i * static_cast<std::size_t>(t.shape()[1]) + j);
}

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

/// W x + b as PyTorch writes it, with W [rows, size of x].
Vector rows_product(const Tensor& w, const Tensor& b, const Vector& x) {
  Vector y(static_cast<std::size_t>(w.shape()[0]));
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = at(b, i);
    for (std::size_t j = 0; j < x.size(); ++j) y[i] += at(w, i, j) * x[j];
  }
  return y;
}

/// x K as Keras writes it, with K [size of x, columns].
Vector columns_product(const Vector& x, const Tensor& k) {
  Vector y(static_cast<std::size_t>(k.shape()[1]));
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) y[i] += x[j] * at(k, j, i);
  }
  return y;
}

struct State {
  Vector h;
  Vector c;
};
using Step = std::function<State(const Vector& x, const State& state)>;

Sequence run(const Step& step, Sequence xs, std::size_t hidden, bool backwards = false) {
  State state{Vector(hidden), Vector(hidden)};
  if (backwards) std::ranges::reverse(xs);
  for (Vector& x : xs) {
    state = step(x, state);
    x = state.h;
  }
  if (backwards) std::ranges::reverse(xs);
  return xs;
}

Sequence side_by_side(Sequence a, const Sequence& b) {
  for (std::size_t t = 0; t < a.size(); ++t) a[t].insert(a[t].end(), b[t].begin(), b[t].end());
  return a;
}

const Sequence xs{{0.5, -1}, {2, 0.25}, {-0.75, 1.5}};

Tensor xs_tensor() { return Tensor::copy_of<double>({0.5, -1, 2, 0.25, -0.75, 1.5}, {3, 1, 2}); }

void check_equal(const Tensor& found, const Sequence& wanted) {
  std::size_t k = 0;
  for (const Vector& row : wanted) {
    for (const double number : row) {
      CHECK(std::abs(found.values<double>()[k++] - number) < 1e-12);
    }
  }
  CHECK(found.size() == static_cast<std::int64_t>(k));
}

void add_pytorch_cell(File& file, const std::string& prefix, const std::string& suffix,
                      std::int64_t rows, std::int64_t input, std::int64_t hidden) {
  for (const auto& [name, shape] : std::map<std::string, Shape>{{"weight_ih", {rows, input}},
                                                                {"weight_hh", {rows, hidden}},
                                                                {"bias_ih", {rows}},
                                                                {"bias_hh", {rows}}}) {
    file.emplace(prefix + name + suffix, numbers(shape, 31 + file.size()));
  }
}

/// Both products of one of PyTorch's cells.
std::pair<Vector, Vector> pytorch_products(const File& file, const std::string& prefix,
                                           const std::string& suffix, const Vector& x,
                                           const Vector& h) {
  const auto part = [&](const char* name) { return file.at(prefix + name + suffix); };
  return {rows_product(part("weight_ih"), part("bias_ih"), x),
          rows_product(part("weight_hh"), part("bias_hh"), h)};
}

/// https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html
Step pytorch_lstm(const File& file, const std::string& prefix, const std::string& suffix) {
  return [=](const Vector& x, const State& s) {
    const auto [a, b] = pytorch_products(file, prefix, suffix, x, s.h);
    const std::size_t n = s.h.size();
    State next = s;
    for (std::size_t k = 0; k < n; ++k) {
      const double i = sigmoid_of(a[k] + b[k]);
      const double f = sigmoid_of(a[n + k] + b[n + k]);
      const double g = std::tanh(a[2 * n + k] + b[2 * n + k]);
      const double o = sigmoid_of(a[3 * n + k] + b[3 * n + k]);
      next.c[k] = f * s.c[k] + i * g;
      next.h[k] = o * std::tanh(next.c[k]);
    }
    return next;
  };
}

/// https://pytorch.org/docs/stable/generated/torch.nn.GRU.html
Step pytorch_gru(const File& file, const std::string& prefix, const std::string& suffix) {
  return [=](const Vector& x, const State& s) {
    const auto [a, b] = pytorch_products(file, prefix, suffix, x, s.h);
    const std::size_t n = s.h.size();
    State next = s;
    for (std::size_t k = 0; k < n; ++k) {
      const double r = sigmoid_of(a[k] + b[k]);
      const double z = sigmoid_of(a[n + k] + b[n + k]);
      const double candidate = std::tanh(a[2 * n + k] + r * b[2 * n + k]);
      next.h[k] = (1 - z) * candidate + z * s.h[k];
    }
    return next;
  };
}

/// The LSTM of keras.layers: i, f, c and o from x K + h R + b.
Step keras_lstm(const File& file, const std::string& cell) {
  return [=](const Vector& x, const State& s) {
    const Vector a = columns_product(x, file.at(cell + "/kernel"));
    const Vector b = columns_product(s.h, file.at(cell + "/recurrent_kernel"));
    const auto sum = [&](std::size_t k) { return a[k] + b[k] + at(file.at(cell + "/bias"), k); };
    const std::size_t n = s.h.size();
    State next = s;
    for (std::size_t k = 0; k < n; ++k) {
      const double i = sigmoid_of(sum(k));
      const double f = sigmoid_of(sum(n + k));
      next.c[k] = f * s.c[k] + i * std::tanh(sum(2 * n + k));
      next.h[k] = sigmoid_of(sum(3 * n + k)) * std::tanh(next.c[k]);
    }
    return next;
  };
}

/// The GRU of keras.layers with reset_after=True: z before r, and a bias for each product.
Step keras_gru(const File& file, const std::string& cell) {
  return [=](const Vector& x, const State& s) {
    Vector a = columns_product(x, file.at(cell + "/kernel"));
    Vector b = columns_product(s.h, file.at(cell + "/recurrent_kernel"));
    const std::size_t n = s.h.size();
    State next = s;
    for (std::size_t k = 0; k < 3 * n; ++k) {
      a[k] += at(file.at(cell + "/bias"), 0, k);
      b[k] += at(file.at(cell + "/bias"), 1, k);
    }
    for (std::size_t k = 0; k < n; ++k) {
      const double z = sigmoid_of(a[k] + b[k]);
      const double r = sigmoid_of(a[n + k] + b[n + k]);
      const double candidate = std::tanh(a[2 * n + k] + r * b[2 * n + k]);
      next.h[k] = z * s.h[k] + (1 - z) * candidate;
    }
    return next;
  };
}

/// The same with reset_after=False: the candidate reads r h.
Step keras_gru_reset_before(const File& file, const std::string& cell) {
  return [=](const Vector& x, const State& s) {
    const Vector a = columns_product(x, file.at(cell + "/kernel"));
    const Vector b = columns_product(s.h, file.at(cell + "/recurrent_kernel"));
    const auto bias = [&](std::size_t k) { return at(file.at(cell + "/bias"), k); };
    const std::size_t n = s.h.size();
    Vector reset = s.h;
    for (std::size_t k = 0; k < n; ++k) reset[k] *= sigmoid_of(a[n + k] + b[n + k] + bias(n + k));
    const Vector c = columns_product(reset, file.at(cell + "/recurrent_kernel"));
    State next = s;
    for (std::size_t k = 0; k < n; ++k) {
      const double z = sigmoid_of(a[k] + b[k] + bias(k));
      const double candidate = std::tanh(a[2 * n + k] + c[2 * n + k] + bias(2 * n + k));
      next.h[k] = z * s.h[k] + (1 - z) * candidate;
    }
    return next;
  };
}

}  // namespace

TEST_CASE("an LSTM of PyTorch, stacked and in both directions, gives PyTorch's numbers") {
  File file;
  for (const char* direction : {"", "_reverse"}) {
    add_pytorch_cell(file, "rnn.", std::string("_l0") + direction, 12, 2, 3);
    add_pytorch_cell(file, "rnn.", std::string("_l1") + direction, 12, 6, 3);
  }
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LSTM lstm{
      parameters / "encoder", {.input = 2, .hidden = 3}, {.layers = 2, .bidirectional = true}};
  load_file(parameters, file, Convention::pytorch, {{"rnn", "encoder"}});
  Sequence wanted = xs;
  for (const std::string layer : {"_l0", "_l1"}) {
    wanted = side_by_side(run(pytorch_lstm(file, "rnn.", layer), wanted, 3),
                          run(pytorch_lstm(file, "rnn.", layer + "_reverse"), wanted, 3, true));
  }
  check_equal(lstm(xs_tensor()).outputs, wanted);
}

TEST_CASE("a GRU of PyTorch keeps the second bias of its candidate behind the reset gate") {
  File file;
  add_pytorch_cell(file, "gru.", "_l0", 9, 2, 3);
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const GRU gru{parameters / "gru", {.input = 2, .hidden = 3}};
  load_file(parameters, file, Convention::pytorch);
  check_equal(gru(xs_tensor()).outputs, run(pytorch_gru(file, "gru.", "_l0"), xs, 3));
}

TEST_CASE("a GRU with the reset before the product refuses PyTorch's second bias") {
  File file;
  add_pytorch_cell(file, "gru.", "_l0", 9, 2, 3);
  Random random{1};
  const Parameters parameters{random};
  const GRU gru{parameters / "gru", {.input = 2, .hidden = 3, .reset_after = false}};
  CHECK(refusal(parameters, file, Convention::pytorch) ==
        " does not fit the model's parameters: the model lacks \"gru.bias_hh_l0\"");
}

TEST_CASE("an RNN of PyTorch and its LSTM with a projection give PyTorch's numbers") {
  File file;
  add_pytorch_cell(file, "rnn.", "_l0", 3, 2, 3);
  add_pytorch_cell(file, "lstm.", "_l0", 12, 2, 2);
  file.emplace("lstm.weight_hr_l0", numbers({2, 3}, 5));
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const SimpleRNN rnn{parameters / "rnn", {.input = 2, .hidden = 3}};
  const LSTM lstm{parameters / "lstm", {.input = 2, .hidden = 3, .projection = 2}};
  load_file(parameters, file, Convention::pytorch);
  const Step rnn_step = [&](const Vector& x, const State& s) {
    const auto [a, b] = pytorch_products(file, "rnn.", "_l0", x, s.h);
    State next = s;
    for (std::size_t k = 0; k < 3; ++k) next.h[k] = std::tanh(a[k] + b[k]);
    return next;
  };
  check_equal(rnn(xs_tensor()).outputs, run(rnn_step, xs, 3));
  Sequence wanted;
  State s{{0, 0}, {0, 0, 0}};
  for (const Vector& x : xs) {
    const auto [a, b] = pytorch_products(file, "lstm.", "_l0", x, s.h);
    Vector full(3);
    for (std::size_t k = 0; k < 3; ++k) {
      s.c[k] = sigmoid_of(a[3 + k] + b[3 + k]) * s.c[k] +
               sigmoid_of(a[k] + b[k]) * std::tanh(a[6 + k] + b[6 + k]);
      full[k] = sigmoid_of(a[9 + k] + b[9 + k]) * std::tanh(s.c[k]);
    }
    s.h = rows_product(file.at("lstm.weight_hr_l0"), Tensor::copy_of<float>({0, 0}, {2}), full);
    wanted.push_back(s.h);
  }
  check_equal(lstm(xs_tensor()).outputs, wanted);
}

TEST_CASE("a cell of PyTorch is loaded into a cell") {
  File file;
  add_pytorch_cell(file, "decoder.", "", 9, 2, 3);
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const GRUCell cell{parameters / "decoder", {.input = 2, .hidden = 3}};
  load_file(parameters, file, Convention::pytorch);
  const Tensor x = Tensor::copy_of<double>({0.5, -1}, {1, 2});
  check_equal(cell.step(x, cell.zero_state(1)).h,
              run(pytorch_gru(file, "decoder.", ""), {xs[0]}, 3));
}

TEST_CASE("Linear, Conv1d, Embedding and norms of PyTorch give PyTorch's numbers") {
  const File file = [] {
    File f = file_of({{"net.out.weight", {3, 2}},
                      {"net.out.bias", {3}},
                      {"net.plain.weight", {3, 2}},
                      {"net.embed.weight", {4, 2}},
                      {"net.conv.weight", {1, 2, 3}},
                      {"net.norm.weight", {2}},
                      {"net.norm.bias", {2}},
                      {"net.batch.weight", {2}},
                      {"net.batch.bias", {2}},
                      {"net.batch.running_mean", {2}},
                      {"net.batch.running_var", {2}}});
    f.emplace("net.batch.num_batches_tracked", Tensor::copy_of<std::int64_t>({3}, {}));
    return f;
  }();
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Linear out{parameters / "out", {.input = 2, .output = 3}};
  const Linear plain{parameters / "plain", {.input = 2, .output = 3, .bias = false}};
  const Embedding embed{parameters / "embed", {.vocabulary = 4, .size = 2}};
  const Conv1D conv{parameters / "conv", {.input = 2, .output = 1, .width = 3, .bias = false}};
  const LayerNorm norm{parameters / "norm", {.size = 2}};
  const BatchNorm batch{parameters / "batch", {.size = 2}};
  load_file(parameters, file, Convention::pytorch, {{"net", ""}});
  const Tensor x = Tensor::copy_of<double>({0.5, -1}, {1, 2});
  const Tensor zeros = Tensor::copy_of<float>({0, 0, 0}, {3});
  check_equal(out(x), {rows_product(file.at("net.out.weight"), file.at("net.out.bias"), xs[0])});
  check_equal(plain(x), {rows_product(file.at("net.plain.weight"), zeros, xs[0])});
  const Tensor& rows = file.at("net.embed.weight");
  check_equal(embed(Tensor::copy_of<std::int64_t>({3}, {1})), {{at(rows, 3, 0), at(rows, 3, 1)}});
  const auto kernel = parameters.at("conv/weight").value();
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(kernel.values<double>()[k * 2 + i] == at(file.at("net.conv.weight"), i * 3 + k));
    }
  }
  const double scale = 0.75 / std::sqrt(0.5625 + 1e-5);
  const Tensor& gain = file.at("net.norm.weight");
  const Tensor& bias = file.at("net.norm.bias");
  check_equal(norm(x), {{at(gain, 0) * scale + at(bias, 0), -at(gain, 1) * scale + at(bias, 1)}});
  CHECK(parameters.at("batch/mean").value().values<double>()[1] ==
        at(file.at("net.batch.running_mean"), 1));
  CHECK(parameters.at("batch/variance").value().values<double>()[1] ==
        at(file.at("net.batch.running_var"), 1));
}

TEST_CASE("a square weight of PyTorch without a bias is loaded by its whole name only") {
  const File file = file_of({{"embed.weight", {2, 2}}});
  Random random{1};
  const Parameters parameters{random};
  const Embedding embed{parameters / "embed", {.vocabulary = 2, .size = 2}};
  CHECK(refusal(parameters, file, Convention::pytorch) ==
        ": embed.weight is [2, 2], square and without a bias: an Embedding's is taken as it is, a "
        "Linear's is transposed; rename all of embed.weight to embed/weight to have it taken as it "
        "is");
  load_file(parameters, file, Convention::pytorch, {{"embed.weight", "embed/weight"}});
  CHECK(same_values(parameters.at("embed/weight").value(), file.at("embed.weight")));
}

TEST_CASE("an LSTM of Keras, in both directions, gives Keras's numbers") {
  const std::string forward = "model/bidirectional/forward_lstm/lstm_cell";
  const std::string backward = "model/bidirectional/backward_lstm/lstm_cell_1";
  const File file = file_of({{forward + "/kernel", {2, 12}},
                             {forward + "/recurrent_kernel", {3, 12}},
                             {forward + "/bias", {12}},
                             {backward + "/kernel", {2, 12}},
                             {backward + "/recurrent_kernel", {3, 12}},
                             {backward + "/bias", {12}}});
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const LSTM lstm{parameters / "encoder", {.input = 2, .hidden = 3}, {.bidirectional = true}};
  load_file(parameters, file, Convention::keras, {{"model/bidirectional", "encoder"}});
  check_equal(lstm(xs_tensor()).outputs,
              side_by_side(run(keras_lstm(file, forward), xs, 3),
                           run(keras_lstm(file, backward), xs, 3, true)));
}

TEST_CASE("a GRU of Keras in both forms gives Keras's numbers") {
  const File file = file_of({{"gru/gru_cell/kernel", {2, 9}},
                             {"gru/gru_cell/recurrent_kernel", {3, 9}},
                             {"gru/gru_cell/bias", {2, 9}},
                             {"old/gru_cell/kernel", {2, 9}},
                             {"old/gru_cell/recurrent_kernel", {3, 9}},
                             {"old/gru_cell/bias", {9}}});
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const GRU gru{parameters / "gru", {.input = 2, .hidden = 3}};
  const GRU old{
      parameters / "old", {.input = 2, .hidden = 3, .reset_after = false}, {.backwards = true}};
  load_file(parameters, file, Convention::keras);
  check_equal(gru(xs_tensor()).outputs, run(keras_gru(file, "gru/gru_cell"), xs, 3));
  check_equal(old(xs_tensor()).outputs,
              run(keras_gru_reset_before(file, "old/gru_cell"), xs, 3, true));
}

TEST_CASE("stacked layers of Keras are renamed into the layers of one") {
  const std::string second = "simple_rnn_1/simple_rnn_cell";
  const File file = file_of({{"simple_rnn/simple_rnn_cell/kernel", {2, 3}},
                             {"simple_rnn/simple_rnn_cell/recurrent_kernel", {3, 3}},
                             {"simple_rnn/simple_rnn_cell/bias", {3}},
                             {second + "/kernel", {3, 3}},
                             {second + "/recurrent_kernel", {3, 3}},
                             {second + "/bias", {3}}});
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const SimpleRNN rnn{parameters / "rnn", {.input = 2, .hidden = 3}, {.layers = 2}};
  load_file(parameters, file, Convention::keras,
            {{"simple_rnn", "rnn/forwards_0"}, {"simple_rnn_1", "rnn/forwards_1"}});
  Sequence wanted = xs;
  for (const std::string& cell : {std::string("simple_rnn/simple_rnn_cell"), second}) {
    const Step step = [&](const Vector& x, const State& s) {
      const Vector a = columns_product(x, file.at(cell + "/kernel"));
      const Vector b = columns_product(s.h, file.at(cell + "/recurrent_kernel"));
      State next = s;
      for (std::size_t k = 0; k < 3; ++k) {
        next.h[k] = std::tanh(a[k] + b[k] + at(file.at(cell + "/bias"), k));
      }
      return next;
    };
    wanted = run(step, wanted, 3);
  }
  check_equal(rnn(xs_tensor()).outputs, wanted);
}

TEST_CASE("Dense, Embedding and norms of Keras are Linear, Embedding and norms") {
  const File file = file_of({{"dense/kernel", {2, 2}},
                             {"dense/bias", {2}},
                             {"embedding/embeddings", {2, 2}},
                             {"norm/gamma", {2}},
                             {"norm/beta", {2}},
                             {"batch/gamma", {2}},
                             {"batch/beta", {2}},
                             {"batch/moving_mean", {2}},
                             {"batch/moving_variance", {2}}});
  Random random{1};
  const Parameters parameters{random};
  const Linear dense{parameters / "dense", {.input = 2, .output = 2}};
  const Embedding embedding{parameters / "embedding", {.vocabulary = 2, .size = 2}};
  const LayerNorm norm{parameters / "norm", {.size = 2}};
  const BatchNorm batch{parameters / "batch", {.size = 2}};
  load_file(parameters, file, Convention::keras);
  for (const auto& [name, path] :
       std::map<std::string, std::string>{{"dense/kernel", "dense/weight"},
                                          {"dense/bias", "dense/bias"},
                                          {"embedding/embeddings", "embedding/weight"},
                                          {"norm/gamma", "norm/gain"},
                                          {"norm/beta", "norm/bias"},
                                          {"batch/moving_mean", "batch/mean"},
                                          {"batch/moving_variance", "batch/variance"}}) {
    CHECK(same_values(parameters.at(path).value(), file.at(name)));
  }
}

TEST_CASE("halves become the model's numbers") {
  constexpr std::array<std::uint16_t, 4> halves{0x3c00, 0xc100, 0x3f80, 0xc000};  // 1, -2.5; 1, -2
  const std::string_view header =
      R"({"out.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},)"
      R"("embed.weight":{"dtype":"BF16","shape":[2,1],"data_offsets":[4,8]}})";
  const auto size = std::bit_cast<std::array<char, 8>>(std::uint64_t{header.size()});
  std::string content = std::string(size.data(), 8) + std::string(header) + std::string(8, '\0');
  std::memcpy(&content[content.size() - 8], halves.data(), 8);
  const TemporaryFolder folder;
  Random random{1};
  const Parameters parameters{random};
  const Linear out{parameters / "out", {.input = 2, .output = 1, .bias = false}};
  const Embedding embed{parameters / "embed", {.vocabulary = 2, .size = 1}};
  load_as(parameters, folder.write("x", content), Convention::pytorch);
  CHECK(
      same_values(parameters.at("out/weight").value(), Tensor::copy_of<float>({1, -2.5f}, {2, 1})));
  CHECK(
      same_values(parameters.at("embed/weight").value(), Tensor::copy_of<float>({1, -2}, {2, 1})));
}

TEST_CASE("one error lists every name that is missing or left over and every wrong shape") {
  File file;
  for (int k = 10; k < 20; ++k) file.emplace("x" + std::to_string(k), numbers({1}, 1));
  file.emplace("out.weight", numbers({2, 3}, 1));
  file.emplace("out.bias", numbers({3}, 1));
  file.emplace("rnn.bias_ih_l0", numbers({3}, 1));
  Random random{1};
  const Parameters parameters{random};
  const Linear out{parameters / "out", {.input = 2, .output = 3}};
  const SimpleRNN rnn{parameters / "rnn", {.input = 2, .hidden = 3}};
  CHECK(refusal(parameters, file, Convention::pytorch) ==
        " does not fit the model's parameters: the file lacks rnn/forwards_0/bias, "
        "rnn/forwards_0/kernel, rnn/forwards_0/recurrent; the model lacks \"rnn.bias_ih_l0\", "
        "\"x10\", \"x11\", \"x12\", \"x13\", \"x14\", \"x15\", \"x16\", \"x17\", \"x18\", \"x19\"; "
        "out/weight is f32 [3, 2], not f32 [2, 3]");
}

TEST_CASE("whole numbers are no weights, and two tensors are not one parameter") {
  Random random{1};
  const Parameters parameters{random};
  const Linear out{parameters / "out", {.input = 1, .output = 3}};
  File file = file_of({{"out.bias", {3}}});
  file.emplace("out.weight", Tensor::copy_of<std::int32_t>({1, 2, 3}, {1, 3}));
  CHECK(refusal(parameters, file, Convention::pytorch) ==
        " does not fit the model's parameters: out/weight is i32 [1, 3], not f32 [1, 3]");
  file.emplace("other.bias", numbers({3}, 1));
  CHECK(refusal(parameters, file, Convention::pytorch, {{"other", "out"}}) ==
        ": other.bias and out.bias are both out/bias");
}

TEST_CASE("a file of an unknown dtype is refused") {
  const TemporaryFolder folder;
  const std::string header = R"({"out.bias":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]}})";
  const auto size = std::bit_cast<std::array<char, 8>>(std::uint64_t{header.size()});
  const auto path = folder.write("x", std::string(size.data(), 8) + header + "abc");
  Random random{1};
  const Parameters parameters{random};
  CHECK_THROWS_WITH_AS(
      load_as(parameters, path, Convention::pytorch),
      (path.string() + ": the safetensors header is wrong: \"out.bias\" has the dtype \"F8_E4M3\"; "
                       "it must be F32, F64, I32, I64, BOOL, F16, BF16")
          .c_str(),
      FileError);
}

}  // namespace chronograd
