#include "chronograd/layers/attention.h"

#include <cmath>
#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/attend.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/transpose.h"

namespace chronograd {
namespace {

std::optional<Linear> score_of(const Scope& scope, const LuongAttentionOptions& options) {
  detail::require_size("LuongAttention", "query", options.query, options.where);
  detail::require_size("LuongAttention", "memory", options.memory, options.where);
  if (options.output != 0)
    detail::require_size("LuongAttention", "output", options.output, options.where);
  detail::require_rate("LuongAttention", "dropout", options.dropout, options.where);
  if (options.score == AttentionScore::general) {
    return Linear{scope / "score",
                  {.input = options.memory, .output = options.query, .bias = false}};
  }
  if (options.query != options.memory) {
    throw ValueError("LuongAttention: query = " + std::to_string(options.query) +
                     " and memory = " + std::to_string(options.memory) +
                     "; the dot score needs equal sizes, AttentionScore::general does not" +
                     where_text(options.where));
  }
  return std::nullopt;
}

/// [batch, source] or, for a query of many steps, [batch, time, source].
Tensor dot_products(const Tensor& query, const Tensor& keys) {
  if (query.rank() == 3) return matmul(transpose(query, 0, 1), transpose(keys));
  const Tensor column = reshape(query, query.shape().inserted(2, 1));
  return reshape(matmul(keys, column), keys.shape().without(2));
}

}  // namespace

LuongAttention::LuongAttention(const Scope& scope, const LuongAttentionOptions& options)
    : scope_(scope.path()),
      memory_(options.memory),
      score_by_(options.score),
      dropout_(options.dropout),
      score_(score_of(scope, options)),
      output_(scope / "output", {.input = options.memory + options.query,
                                 .output = options.output == 0 ? options.query : options.output,
                                 .bias = false}) {}

AttentionMemory LuongAttention::remember(const Tensor& encoded, const Tensor& real,
                                         const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  Memory memory = detail::remember("LuongAttention", encoded, real, memory_);
  if (score_) memory.keys = (*score_)(memory.states);
  return memory;
}

Attended LuongAttention::operator()(const Tensor& query, const Memory& memory, const char* file,
                                    unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const std::int64_t size = memory.keys.shape()[-1];
  detail::check_query("LuongAttention", query, size, memory);
  const Tensor products = named("dot products", dot_products(query, memory.keys));
  const Tensor scores = score_by_ == AttentionScore::scaled
                            ? products * (1 / std::sqrt(static_cast<double>(size)))
                            : products;
  return detail::attend(scores, query, memory, output_, dropout_);
}

}  // namespace chronograd
