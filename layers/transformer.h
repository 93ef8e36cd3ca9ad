#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/activation.h"
#include "chronograd/layers/layer_norm.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/multi_head_attention.h"
#include "chronograd/ops/relu.h"

namespace chronograd {

struct TransformerOptions {
  std::int64_t size = 0;             ///< of all vectors that come in and go out; required
  std::int64_t heads = 1;            ///< a divisor of the size
  std::int64_t hidden = 0;           ///< between the two linear maps; 0: 4 size
  std::int64_t key_value_heads = 0;  ///< a divisor of heads; 0: as many
  double dropout = 0;                ///< of weights, of each part's output and between linear maps
  Activation activation = relu;
  bool norm_first = false;  ///< norm what goes into a part, instead of its sum with x
  bool rotary = false;      ///< turn queries and keys of self-attention by their positions
  Here where = {};          ///< where the options are written, for messages; leave it
};

/// One layer of an encoder (Vaswani et al. 2017). Of x, for f self-attention and then
/// f(x) = activation(x W + b) V + c:
///
///     x = norm(x + dropout(f(x)))       or with norm_first
///     x = x + dropout(f(norm(x)))       (Xiong et al. 2020)
///
/// Parameters: "attention/..", "inner/..", "outer/..", "attention_norm/..", "outer_norm/..".
/// Throws ValueError for an option out of range, before it makes any.
class TransformerEncoderLayer {
 public:
  // clang-format off
  TransformerEncoderLayer(const Scope&, ...) = delete;  // options: .size, .heads, .hidden, .key_value_heads, .dropout, .activation, .norm_first, .rotary
  // clang-format on
  TransformerEncoderLayer(const Scope& scope, const TransformerOptions& options);

  /// xs: [time, batch, size] -> the same shape. Steps beyond the mask's lengths may hold NaN.
  Tensor operator()(const Tensor& xs, const AttentionMask& mask = {},
                    const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;

 private:
  std::string scope_;
  TransformerOptions options_;
  MultiHeadAttention attention_;
  Linear inner_;
  Linear outer_;
  LayerNorm attention_norm_;
  LayerNorm outer_norm_;
};

/// One layer of a decoder (Vaswani et al. 2017): causal self-attention, attention to what an
/// encoder read, and two linear maps, each as in the encoder's layer. Parameters: those of the
/// encoder's layer, and "cross/..", "cross_norm/..".
class TransformerDecoderLayer {
 public:
  using Memory = MultiHeadAttention::Memory;

  // clang-format off
  TransformerDecoderLayer(const Scope&, ...) = delete;  // options: .size, .heads, .hidden, .key_value_heads, .dropout, .activation, .norm_first, .rotary
  // clang-format on
  TransformerDecoderLayer(const Scope& scope, const TransformerOptions& options);

  /// encoded: [source, batch, size]; real: lengths [batch], a mask bool [source, batch], or empty.
  Memory remember(const Tensor& encoded, const Tensor& real = {},
                  const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// xs: [time, batch, size] -> the same shape.
  Tensor operator()(const Tensor& xs, const Memory& memory, AttentionMask mask = {},
                    const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;

  /// To decode step by step: an empty cache with room for `longest` steps.
  KeyCache cache(std::int64_t batch, std::int64_t longest, const char* file = __builtin_FILE(),
                 unsigned line = __builtin_LINE()) const;
  /// One more step x [batch, size]; all steps give what the whole sequence gives.
  MultiHeadAttention::Step step(const Tensor& x, const Memory& memory, const KeyCache& cache,
                                const char* file = __builtin_FILE(),
                                unsigned line = __builtin_LINE()) const;

 private:
  Tensor behind_attention(const Tensor& x, const Memory& memory) const;

  std::string scope_;
  TransformerOptions options_;
  MultiHeadAttention attention_;
  MultiHeadAttention cross_;
  Linear inner_;
  Linear outer_;
  LayerNorm attention_norm_;
  LayerNorm cross_norm_;
  LayerNorm outer_norm_;
};

}  // namespace chronograd
