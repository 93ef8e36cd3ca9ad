#include "chronograd/layers/transformer.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/padding.h"
#include "chronograd/layers/dropout.h"
#include "chronograd/ops/add.h"

namespace chronograd {
namespace {

TransformerOptions checked(TransformerOptions options) {
  detail::require_size("Transformer", "size", options.size, options.where);
  if (options.hidden == 0) options.hidden = 4 * options.size;
  detail::require_size("Transformer", "hidden", options.hidden, options.where);
  detail::require_rate("Transformer", "dropout", options.dropout, options.where);
  return options;
}

MultiHeadAttentionOptions attention_of(const TransformerOptions& o, bool rotary) {
  return {.size = o.size,
          .heads = o.heads,
          .key_value_heads = o.key_value_heads,
          .dropout = o.dropout,
          .rotary = rotary,
          .where = o.where};
}

/// x and what the part f makes of it, with the norm before the part or behind the sum.
template <class Part>
Tensor residual(const TransformerOptions& o, const LayerNorm& norm, const Tensor& x,
                const Part& part) {
  if (o.norm_first) return x + dropout(part(norm(x)), o.dropout);
  return norm(x + dropout(part(x), o.dropout));
}

Tensor feed_forward(const TransformerOptions& o, const Linear& inner, const Linear& outer,
                    const Tensor& x) {
  return outer(dropout(o.activation(inner(x)), o.dropout));
}

}  // namespace

TransformerEncoderLayer::TransformerEncoderLayer(const Scope& scope, const TransformerOptions& o)
    : scope_(scope.path()),
      options_(checked(o)),
      attention_(scope / "attention", attention_of(options_, o.rotary)),
      inner_(scope / "inner", {.input = o.size, .output = options_.hidden}),
      outer_(scope / "outer", {.input = options_.hidden, .output = o.size}),
      attention_norm_(scope / "attention_norm", {.size = o.size}),
      outer_norm_(scope / "outer_norm", {.size = o.size}) {}

Tensor TransformerEncoderLayer::operator()(const Tensor& xs, const AttentionMask& mask,
                                           const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const Tensor real = detail::without_padding("TransformerEncoderLayer", xs, mask.lengths);
  const Tensor y = residual(options_, attention_norm_, real,
                            [&](const Tensor& x) { return attention_(x, mask); });
  return residual(options_, outer_norm_, y,
                  [&](const Tensor& x) { return feed_forward(options_, inner_, outer_, x); });
}

TransformerDecoderLayer::TransformerDecoderLayer(const Scope& scope, const TransformerOptions& o)
    : scope_(scope.path()),
      options_(checked(o)),
      attention_(scope / "attention", attention_of(options_, o.rotary)),
      cross_(scope / "cross", attention_of(options_, false)),
      inner_(scope / "inner", {.input = o.size, .output = options_.hidden}),
      outer_(scope / "outer", {.input = options_.hidden, .output = o.size}),
      attention_norm_(scope / "attention_norm", {.size = o.size}),
      cross_norm_(scope / "cross_norm", {.size = o.size}),
      outer_norm_(scope / "outer_norm", {.size = o.size}) {}

TransformerDecoderLayer::Memory TransformerDecoderLayer::remember(const Tensor& encoded,
                                                                  const Tensor& real,
                                                                  const char* file,
                                                                  unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  return cross_.remember(encoded, real);
}

Tensor TransformerDecoderLayer::behind_attention(const Tensor& x, const Memory& memory) const {
  const Tensor y =
      residual(options_, cross_norm_, x, [&](const Tensor& q) { return cross_(q, memory).output; });
  return residual(options_, outer_norm_, y,
                  [&](const Tensor& z) { return feed_forward(options_, inner_, outer_, z); });
}

Tensor TransformerDecoderLayer::operator()(const Tensor& xs, const Memory& memory,
                                           AttentionMask mask, const char* file,
                                           unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  mask.causal = true;
  const Tensor real = detail::without_padding("TransformerDecoderLayer", xs, mask.lengths);
  const Tensor y = residual(options_, attention_norm_, real,
                            [&](const Tensor& x) { return attention_(x, mask); });
  return behind_attention(y, memory);
}

KeyCache TransformerDecoderLayer::cache(std::int64_t batch, std::int64_t longest, const char* file,
                                        unsigned line) const {
  const CalledFrom caller{{file, line}};
  return attention_.cache(batch, longest);
}

MultiHeadAttention::Step TransformerDecoderLayer::step(const Tensor& x, const Memory& memory,
                                                       const KeyCache& cache, const char* file,
                                                       unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  KeyCache next;
  const Tensor y = residual(options_, attention_norm_, x, [&](const Tensor& z) {
    auto [output, after] = attention_.step(z, cache);
    next = after;
    return output;
  });
  return {.output = behind_attention(y, memory), .cache = next};
}

}  // namespace chronograd
