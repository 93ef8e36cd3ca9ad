#include "chronograd/layers/attention.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sequence_mask.h"
#include "chronograd/ops/softmax.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

std::optional<Linear> score_of(const Scope& scope, const LuongAttentionOptions& options) {
  detail::require_size("LuongAttention", "query", options.query);
  detail::require_size("LuongAttention", "memory", options.memory);
  if (options.score == AttentionScore::general) {
    return Linear{scope / "score",
                  {.input = options.memory, .output = options.query, .bias = false}};
  }
  if (options.query != options.memory) {
    throw ValueError("LuongAttention: query = " + std::to_string(options.query) +
                     " and memory = " + std::to_string(options.memory) +
                     "; the dot score needs equal sizes, AttentionScore::general does not");
  }
  return std::nullopt;
}

// Products would repeat a batch of 1 in silence.
void check_query(const Tensor& query, const LuongAttention::Memory& memory) {
  const Shape keys = memory.keys.shape();
  if (keys.rank() != 3) {
    throw ShapeError("LuongAttention: keys " + to_string(keys) +
                     "; they must be [batch, source, query]");
  }
  if (query.shape() == Shape{keys[0], keys[2]}) return;
  throw ShapeError("LuongAttention: a query " + to_string(query.shape()) + " for a memory of " +
                   std::to_string(keys[0]) + " sequences and keys of " + std::to_string(keys[2]) +
                   "; it must be " + to_string(Shape{keys[0], keys[2]}));
}

}  // namespace

LuongAttention::LuongAttention(const Scope& scope, const LuongAttentionOptions& options)
    : scope_(scope.path()),
      score_(score_of(scope, options)),
      output_(scope / "output", {.input = options.memory + options.query,
                                 .output = options.output == 0 ? options.query : options.output,
                                 .bias = false}) {}

LuongAttention::Memory LuongAttention::remember(const Tensor& encoded,
                                                const Tensor& lengths) const {
  const InScope scope{scope_};
  if (encoded.rank() != 3) {
    throw ShapeError("LuongAttention: encoder states " + to_string(encoded.shape()) +
                     "; they must be [source, batch, memory]");
  }
  Memory memory{.states = transpose(encoded, 0, 1), .keys = {}, .real = {}};
  if (lengths.has_value()) {
    const std::int64_t source = encoded.shape()[0];
    const std::int64_t batch = encoded.shape()[1];
    if (lengths.shape() != Shape{batch}) {
      throw ShapeError("LuongAttention: lengths " + to_string(lengths.shape()) +
                       " for a batch of " + std::to_string(batch) + "; they must be [" +
                       std::to_string(batch) + "]");
    }
    memory.real = transpose(sequence_mask(lengths, source));
    // A weight of 0 does not silence a padded NaN.
    memory.states = where(reshape(memory.real, {batch, source, 1}), memory.states, 0);
  }
  memory.keys = score_ ? (*score_)(memory.states) : memory.states;
  return memory;
}

LuongAttention::Result LuongAttention::operator()(const Tensor& query, const Memory& memory) const {
  const InScope scope{scope_};
  check_query(query, memory);
  const std::int64_t batch = query.shape()[0];
  const std::int64_t source = memory.keys.shape()[1];
  const Tensor column = reshape(query, {batch, query.shape()[-1], 1});
  const Tensor scores =
      named("dot products", reshape(matmul(memory.keys, column), {batch, source}));
  const Tensor weights =
      named("softmax", memory.real.has_value() ? softmax(scores, memory.real) : softmax(scores));
  const Tensor weighted = named("weighting", reshape(weights, {batch, source, 1}) * memory.states);
  const Tensor context = named("sum", sum(weighted, 1));
  const Tensor joined = named("join", concat({context, query}, -1));
  const Tensor output = named("output", tanh(output_(joined)));
  return {.output = output, .context = context, .weights = weights};
}

}  // namespace chronograd
