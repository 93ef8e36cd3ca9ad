#pragma once

#include <chronograd/chronograd.h>

#include <cmath>
#include <cstdint>

// Layers with the first values that PyTorch gives them, so that losses can be compared with its
// own.
namespace workloads {

inline chronograd::Initializer by_size(std::int64_t size) {
  const double limit = 1 / std::sqrt(static_cast<double>(size));
  return chronograd::init::uniform(-limit, limit);
}

inline chronograd::EmbeddingOptions embedding_options(std::int64_t vocabulary, std::int64_t size) {
  return {.vocabulary = vocabulary, .size = size, .initializer = chronograd::init::normal(0, 1)};
}

inline chronograd::LinearOptions linear_options(std::int64_t input, std::int64_t output) {
  return {.input = input,
          .output = output,
          .weight_initializer = by_size(input),
          .bias_initializer = by_size(input)};
}

/// For LSTM and GRU.
template <class Options>
Options recurrent_options(std::int64_t input, std::int64_t hidden) {
  return {.input = input,
          .hidden = hidden,
          .kernel_initializer = by_size(hidden),
          .recurrent_initializer = by_size(hidden),
          .bias_initializer = by_size(hidden)};
}

inline chronograd::LSTMOptions lstm_options(std::int64_t input, std::int64_t hidden) {
  auto options = recurrent_options<chronograd::LSTMOptions>(input, hidden);
  options.forget_bias = {};
  return options;
}
inline chronograd::GRUOptions gru_options(std::int64_t input, std::int64_t hidden) {
  return recurrent_options<chronograd::GRUOptions>(input, hidden);
}

}  // namespace workloads
