#include "chronograd/layers/multi_head_attention.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/attend.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/padding.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/layers/rotary.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sequence_mask.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

void require_divisor(const char* option, std::int64_t value, const char* of, std::int64_t size,
                     SourceLine where) {
  detail::require_size("MultiHeadAttention", option, value, where);
  if (size % value == 0) return;
  throw ValueError("MultiHeadAttention: " + std::string(option) + " = " + std::to_string(value) +
                   " and " + of + " = " + std::to_string(size) +
                   "; the first must divide the other" + where_text(where));
}

MultiHeadAttentionOptions checked(MultiHeadAttentionOptions options) {
  detail::require_size("MultiHeadAttention", "size", options.size, options.where);
  require_divisor("heads", options.heads, "size", options.size, options.where);
  if (options.key_value_heads == 0) options.key_value_heads = options.heads;
  require_divisor("key_value_heads", options.key_value_heads, "heads", options.heads,
                  options.where);
  detail::require_rate("MultiHeadAttention", "dropout", options.dropout, options.where);
  if (options.rotary && options.size / options.heads % 2 != 0) {
    throw ValueError("MultiHeadAttention: heads of " +
                     std::to_string(options.size / options.heads) +
                     " numbers; rotary positions need an even count" + where_text(options.where));
  }
  return options;
}

/// [batch, heads, time, head size] -> [time, batch, size]
Tensor joined(const Tensor& x) {
  const Shape s = x.shape();
  return reshape(permute(x, {2, 0, 1, 3}), {s[2], s[0], s[1] * s[3]});
}

void check_sequence(const Tensor& xs, std::int64_t size) {
  if (xs.rank() == 3 && xs.shape()[2] == size) return;
  throw ShapeError("MultiHeadAttention: a sequence " + to_string(xs.shape()) +
                   "; it must be [time, batch, " + std::to_string(size) + "]" + where_text({}));
}

}  // namespace

MultiHeadAttention::MultiHeadAttention(const Scope& scope, const MultiHeadAttentionOptions& options)
    : scope_(scope.path()),
      options_(checked(options)),
      weight_((scope / "input")
                  .parameter("weight", {options_.size, options_.size + 2 * key_size()},
                             init::glorot_uniform())),
      output_(scope / "output",
              {.input = options_.size, .output = options_.size, .bias = options_.bias}) {
  if (options_.bias) {
    bias_ = (scope / "input").parameter("bias", {options_.size + 2 * key_size()}, init::zeros());
  }
}

/// x times the columns from `first` to `end`.
Tensor MultiHeadAttention::projected(const Tensor& x, std::int64_t first, std::int64_t end) const {
  if (first == 0 && end == weight_.shape()[1]) {
    const Tensor y = matmul(x, weight_);
    return bias_ ? y + *bias_ : y;
  }
  const Tensor y = matmul(x, slice(weight_, 1, first, end));
  return bias_ ? y + slice(*bias_, 0, first, end) : y;
}

/// [time, batch, ..] -> [batch, heads, time, head size]
Tensor MultiHeadAttention::heads_of(const Tensor& x, std::int64_t heads) const {
  const Shape s = x.shape();
  return permute(reshape(x, {s[0], s[1], heads, head_size()}), {1, 2, 0, 3});
}

Tensor MultiHeadAttention::operator()(const Tensor& xs, const AttentionMask& mask, const char* file,
                                      unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  check_sequence(xs, options_.size);
  const Tensor real = detail::without_padding("MultiHeadAttention", xs, mask.lengths);
  const auto parts =
      split(projected(real, 0, weight_.shape()[1]), {options_.size, key_size(), key_size()});
  Tensor q = heads_of(parts[0], options_.heads);
  Tensor k = heads_of(parts[1], options_.key_value_heads);
  if (options_.rotary) {
    const Tensor positions = arange(xs.shape()[0], DType::i64);
    q = rotary(q, positions);
    k = rotary(k, positions);
  }
  const Tensor v = heads_of(parts[2], options_.key_value_heads);
  return output_(joined(dot_product_attention(q, k, v, mask, options_.dropout).context));
}

MultiHeadAttention::Memory MultiHeadAttention::remember(const Tensor& encoded, const Tensor& real,
                                                        const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const AttentionMemory memory =
      detail::remember("MultiHeadAttention", encoded, real, options_.size);
  const std::int64_t size = options_.size;
  const auto parts =
      split(projected(transpose(memory.states, 0, 1), size, size + 2 * key_size()), 2);
  return {.keys = heads_of(parts[0], options_.key_value_heads),
          .values = heads_of(parts[1], options_.key_value_heads),
          .real = memory.real};
}

Attended MultiHeadAttention::operator()(const Tensor& query, const Memory& memory, const char* file,
                                        unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const std::int64_t batch = memory.keys.shape()[0], source = memory.keys.shape()[2];
  const Shape shape = query.shape();
  const bool many = shape.rank() == 3;
  if ((!many && shape.rank() != 2) || shape[-2] != batch || shape[-1] != options_.size) {
    throw ShapeError("MultiHeadAttention: a query " + to_string(shape) + " for a memory of " +
                     std::to_string(batch) + " sequences; it must be " +
                     to_string(Shape{batch, options_.size}) + where_text({}));
  }
  AttentionMask mask;
  if (memory.real.has_value()) mask.allowed = reshape(memory.real, {batch, 1, 1, source});
  const Tensor queries = many ? query : reshape(query, {1, batch, options_.size});
  const auto [context, weights] =
      dot_product_attention(heads_of(projected(queries, 0, options_.size), options_.heads),
                            memory.keys, memory.values, mask, options_.dropout);
  const Tensor together = joined(context);
  const Tensor mean_weights = transpose(mean(weights, 1), 0, 1);
  const auto as_asked = [&](const Tensor& x) {
    return many ? x : reshape(x, x.shape().without(0));
  };
  return {.output = as_asked(output_(together)),
          .context = as_asked(together),
          .weights = as_asked(mean_weights)};
}

KeyCache MultiHeadAttention::cache(std::int64_t batch, std::int64_t longest, const char* file,
                                   unsigned line) const {
  const CalledFrom caller{{file, line}};
  detail::require_size("MultiHeadAttention", "longest", longest, {file, line});
  constexpr std::int64_t multiple = 32;
  const std::int64_t room = (longest + multiple - 1) / multiple * multiple;
  const Tensor none = zeros({batch, options_.key_value_heads, room, head_size()}, weight_.dtype());
  return {.keys = none, .values = none, .length = zeros({batch}, DType::i64)};
}

MultiHeadAttention::Step MultiHeadAttention::step(const Tensor& x, const KeyCache& cache,
                                                  const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const std::int64_t batch = cache.keys.shape()[0], room = cache.keys.shape()[2];
  if (x.shape() != Shape{batch, options_.size}) {
    throw ShapeError("MultiHeadAttention: a step " + to_string(x.shape()) + " for a cache of " +
                     std::to_string(batch) + " sequences; it must be " +
                     to_string(Shape{batch, options_.size}) + where_text({}));
  }
  const Tensor length = cache.length + 1;
  const Tensor before = transpose(sequence_mask(cache.length, room));
  const Tensor now = transpose(sequence_mask(length, room));
  const Tensor here = reshape(logical_and(now, logical_not(before)), {batch, 1, room, 1});

  const auto parts = split(projected(reshape(x, {1, batch, options_.size}), 0, weight_.shape()[1]),
                           {options_.size, key_size(), key_size()});
  Tensor q = heads_of(parts[0], options_.heads);
  Tensor k = heads_of(parts[1], options_.key_value_heads);
  if (options_.rotary) {
    const Tensor position = reshape(cache.length, {batch, 1, 1});
    q = rotary(q, position);
    k = rotary(k, position);
  }
  const Tensor keys = where(here, k, cache.keys);
  const Tensor values = where(here, heads_of(parts[2], options_.key_value_heads), cache.values);
  const Tensor context =
      dot_product_attention(q, keys, values, {.allowed = reshape(now, {batch, 1, 1, room})},
                            options_.dropout)
          .context;
  return {.output = output_(reshape(context, {batch, options_.size})),
          .cache = {.keys = keys, .values = values, .length = length}};
}

}  // namespace chronograd
