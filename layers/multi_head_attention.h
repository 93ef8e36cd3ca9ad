#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/attention.h"
#include "chronograd/layers/dot_product_attention.h"
#include "chronograd/layers/linear.h"

namespace chronograd {

struct MultiHeadAttentionOptions {
  std::int64_t size = 0;             ///< of all vectors that come in and go out; required
  std::int64_t heads = 1;            ///< a divisor of the size
  std::int64_t key_value_heads = 0;  ///< a divisor of heads (Ainslie et al. 2023); 0: as many
  double dropout = 0;                ///< of the weights
  bool bias = true;
  bool rotary = false;  ///< turn queries and keys of self-attention by their positions (`rotary`)
  Here where = {};      ///< where the options are written, for messages; leave it
};

/// The keys and values of the steps taken so far, with room for more. A state, whose tensors all
/// begin with the batch. The room does not grow, so that all steps are one computation, planned
/// once.
struct KeyCache {
  Tensor keys;    ///< [batch, key heads, room, head size]
  Tensor values;  ///< [batch, key heads, room, head size]
  Tensor length;  ///< i64 [batch]: the steps taken
};

/// Multi-head attention (Vaswani et al. 2017), of a sequence to itself or of a decoder to what an
/// encoder read:
///
///     q, k, v = x W + b                                each cut into heads
///     output  = join(softmax(q k' / sqrt(size)) v) V + c
///
/// Parameters: "input/weight" W [size, size + 2 key size] with columns for q, k, v, where the key
/// size is that of all key heads; "input/bias" b; "output/weight" V [size, size], "output/bias" c.
/// Throws ValueError for an option out of range, before it makes any.
class MultiHeadAttention {
 public:
  // clang-format off
  MultiHeadAttention(const Scope&, ...) = delete;  // options: .size, .heads, .key_value_heads, .dropout, .bias, .rotary
  // clang-format on
  MultiHeadAttention(const Scope& scope, const MultiHeadAttentionOptions& options);

  /// A sequence [time, batch, size] that looks at itself. Steps beyond its length may hold NaN.
  Tensor operator()(const Tensor& xs, const AttentionMask& mask = {},
                    const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;

  /// Keys and values of an encoder's states, made once for all queries.
  struct Memory {
    Tensor keys;    ///< [batch, key heads, source, head size]
    Tensor values;  ///< [batch, key heads, source, head size]
    Tensor real;    ///< bool [batch, source], or empty when all are real
  };
  /// encoded: [source, batch, size]; real: lengths [batch], a mask bool [source, batch], or empty.
  Memory remember(const Tensor& encoded, const Tensor& real = {},
                  const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// A query [batch, size] or [time, batch, size] that looks at a memory. The context is that of
  /// all heads, the weights are their mean.
  Attended operator()(const Tensor& query, const Memory& memory,
                      const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// The memory for the next query, which is the same.
  Memory after(const Memory& memory, const Tensor&) const { return memory; }

  /// An empty cache with room for `longest` steps, rounded up to a multiple of 32.
  KeyCache cache(std::int64_t batch, std::int64_t longest, const char* file = __builtin_FILE(),
                 unsigned line = __builtin_LINE()) const;
  struct Step {
    Tensor output;  ///< [batch, size]
    KeyCache cache;
  };
  /// One more step x [batch, size] of a sequence, which looks at itself and those before: with
  /// `causal` the whole sequence gives the same. Throws IndexError when there is no room left.
  Step step(const Tensor& x, const KeyCache& cache, const char* file = __builtin_FILE(),
            unsigned line = __builtin_LINE()) const;

 private:
  std::int64_t head_size() const { return options_.size / options_.heads; }
  std::int64_t key_size() const { return options_.key_value_heads * head_size(); }
  Tensor projected(const Tensor& x, std::int64_t first, std::int64_t end) const;
  Tensor heads_of(const Tensor& x, std::int64_t heads) const;

  std::string scope_;
  MultiHeadAttentionOptions options_;
  Parameter weight_;
  std::optional<Parameter> bias_;
  Linear output_;
};

}  // namespace chronograd
