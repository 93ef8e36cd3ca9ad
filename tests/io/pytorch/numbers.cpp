// Prints the numbers that tests/io/pytorch_numbers_test.cpp holds this library's layers to. It
// needs libtorch, so nothing builds it by itself:
//
//   apt-get install libtorch-dev
//   g++ -std=c++17 numbers.cpp -I/usr/include/torch/csrc/api/include -ltorch -ltorch_cpu -lc10

#include <torch/torch.h>

#include <cstdint>
#include <cstdio>
#include <tuple>

namespace {

/// Gives each parameter numbers that the test can make as well: of element i of parameter p.
template <class Module>
Module filled(Module module) {
  const torch::NoGradGuard guard;
  std::int64_t p = 0;
  for (auto& entry : module->named_parameters()) {
    auto flat = entry.value().view(-1);
    for (std::int64_t i = 0; i < flat.numel(); ++i) {
      flat[i] = static_cast<double>((i * 7 + p * 3) % 11 - 5) / 8;
    }
    ++p;
  }
  return module;
}

void print(const char* name, const torch::Tensor& numbers) {
  const auto flat = numbers.contiguous().view(-1);
  std::printf("%s: ", name);
  for (std::int64_t i = 0; i < flat.numel(); ++i) {
    std::printf("%s%.17g", i == 0 ? "" : ", ", flat[i].item<double>());
  }
  std::printf("\n");
}

}  // namespace

int main() {
  namespace nn = torch::nn;
  torch::set_default_dtype(caffe2::TypeMeta::Make<double>());
  const auto x = torch::tensor({0.5, -1.0, 2.0, 0.25, -0.75, 1.5}).view({3, 1, 2});
  const auto sequence = torch::arange(12).view({3, 1, 4}) * 0.25 - 1;
  const auto memory = torch::arange(8).view({2, 1, 4}) * -0.5 + 1;
  const auto first = [](const auto& result) { return std::get<0>(result); };

  print("LSTM", first(filled(nn::LSTM(nn::LSTMOptions(2, 3)))(x)));
  const auto both = nn::LSTMOptions(2, 3).num_layers(2).bidirectional(true);
  print("LSTM, 2 layers, bidirectional", first(filled(nn::LSTM(both))(x)));
  print("LSTM, projection", first(filled(nn::LSTM(nn::LSTMOptions(2, 3).proj_size(2)))(x)));
  print("LSTM, no bias", first(filled(nn::LSTM(nn::LSTMOptions(2, 3).bias(false)))(x)));
  print("GRU", first(filled(nn::GRU(nn::GRUOptions(2, 3)))(x)));
  print("GRU, 2 layers, bidirectional",
        first(filled(nn::GRU(nn::GRUOptions(2, 3).num_layers(2).bidirectional(true)))(x)));
  print("RNN", first(filled(nn::RNN(nn::RNNOptions(2, 3)))(x)));
  print("GRUCell", filled(nn::GRUCell(nn::GRUCellOptions(2, 3)))(x[0]));
  const auto [h, c] = filled(nn::LSTMCell(nn::LSTMCellOptions(2, 3)))(x[0]);
  print("LSTMCell, h", h);
  print("LSTMCell, c", c);
  print("Linear", filled(nn::Linear(nn::LinearOptions(2, 3)))(x));
  print("LayerNorm", filled(nn::LayerNorm(nn::LayerNormOptions({2})))(x));
  const auto conv = filled(nn::Conv1d(nn::Conv1dOptions(2, 2, 2)))(x.permute({1, 2, 0}));
  print("Conv1d", conv.permute({2, 0, 1}));
  auto attention = filled(nn::MultiheadAttention(nn::MultiheadAttentionOptions(4, 2)));
  print("MultiheadAttention", first(attention(sequence, sequence, sequence)));
  const auto encoder = nn::TransformerEncoderLayerOptions(4, 2).dim_feedforward(3).dropout(0);
  print("TransformerEncoderLayer", filled(nn::TransformerEncoderLayer(encoder))(sequence));
  const auto decoder = nn::TransformerDecoderLayerOptions(4, 2).dim_feedforward(3).dropout(0);
  const auto causal = nn::TransformerImpl::generate_square_subsequent_mask(3).to(torch::kFloat64);
  print("TransformerDecoderLayer, causal",
        filled(nn::TransformerDecoderLayer(decoder))(sequence, memory, causal));
}
