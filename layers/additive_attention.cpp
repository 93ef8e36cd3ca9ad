#include "chronograd/layers/additive_attention.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/attend.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"

namespace chronograd {
namespace {

AdditiveAttentionOptions checked(AdditiveAttentionOptions options) {
  detail::require_size("AdditiveAttention", "query", options.query, options.where);
  detail::require_size("AdditiveAttention", "memory", options.memory, options.where);
  if (options.hidden == 0) options.hidden = options.query;
  if (options.output == 0) options.output = options.query;
  detail::require_size("AdditiveAttention", "hidden", options.hidden, options.where);
  detail::require_size("AdditiveAttention", "output", options.output, options.where);
  detail::require_rate("AdditiveAttention", "dropout", options.dropout, options.where);
  return options;
}

}  // namespace

AdditiveAttention::AdditiveAttention(const Scope& scope, const AdditiveAttentionOptions& options)
    : scope_(scope.path()),
      options_(checked(options)),
      query_(scope / "query", {.input = options_.query, .output = options_.hidden}),
      key_(scope / "key", {.input = options_.memory, .output = options_.hidden, .bias = false}),
      score_(scope / "score", {.input = options_.hidden, .output = 1, .bias = false}),
      output_(
          scope / "output",
          {.input = options_.memory + options_.query, .output = options_.output, .bias = false}) {
  if (options.coverage) {
    coverage_ = scope.parameter("coverage", {options_.hidden}, init::uniform(-0.1, 0.1));
  }
}

AttentionMemory AdditiveAttention::remember(const Tensor& encoded, const Tensor& real,
                                            const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  Memory memory = detail::remember("AdditiveAttention", encoded, real, options_.memory);
  memory.keys = key_(memory.states);
  if (coverage_) memory.coverage = zeros(memory.states.shape().without(2), encoded.dtype());
  return memory;
}

Attended AdditiveAttention::operator()(const Tensor& query, const Memory& memory, const char* file,
                                       unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  detail::check_query("AdditiveAttention", query, options_.query, memory);
  Tensor keys = memory.keys;
  if (coverage_) {
    keys = keys + reshape(memory.coverage, memory.coverage.shape().inserted(2, 1)) * *coverage_;
  }
  return detail::attend(detail::additive_scores(query_(query), keys, score_), query, memory,
                        output_, options_.dropout);
}

AttentionMemory AdditiveAttention::after(const Memory& memory, const Tensor& weights) const {
  const InScope scope{scope_};
  Memory next = memory;
  if (coverage_) next.coverage = named("coverage", memory.coverage + weights);
  return next;
}

}  // namespace chronograd
