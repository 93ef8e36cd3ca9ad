#pragma once

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// Which keys a query may look at, and what else comes to its scores; all that is given holds at
/// once.
struct AttentionMask {
  Tensor lengths{};     ///< i32 or i64 [batch]: how many keys of each sequence are real
  bool causal = false;  ///< query t looks at keys 0 .. t only
  Tensor allowed{};     ///< bool, broadcast to [batch, heads, query, key]
  Tensor bias{};        ///< added to the scores, broadcast likewise; -inf forbids
  double softcap = 0;   ///< c: scores become c tanh(score / c) before the bias (Gemma 2); 0: none
};

struct WeightedValues {
  Tensor context;  ///< [batch, heads, query, value size]
  Tensor weights;  ///< [batch, heads, query, key], before dropout
};

/// softmax(q k' / sqrt(size)) v, for each sequence and head (Vaswani et al. 2017).
///
/// q: [batch, heads, query, size], k: [batch, key heads, key, size], v: [batch, key heads, key,
/// value size], or all three without the axis of heads; f32 or f64. Fewer key heads than heads, a
/// divisor, serve several heads each (Ainslie et al. 2023). `dropout` acts on the weights on a
/// training tape.
///
/// A query that may look at nothing gets weights and a context of 0, and so are the gradients that
/// it causes, whatever numbers stand there, NaN too. The same holds for keys that nobody may look
/// at. Throws ShapeError when q, k, v or the mask do not fit, and ValueError for a softcap or
/// dropout out of range.
WeightedValues dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                                     const AttentionMask& mask = {}, double dropout = 0,
                                     const char* file = __builtin_FILE(),
                                     unsigned line = __builtin_LINE());

}  // namespace chronograd
