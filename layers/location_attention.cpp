#include "chronograd/layers/location_attention.h"

#include <string>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/attend.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/stack.h"

namespace chronograd {
namespace {

LocationAttentionOptions checked(LocationAttentionOptions options) {
  const auto require = [&](const char* option, std::int64_t size) {
    detail::require_size("LocationAttention", option, size, options.where);
  };
  require("query", options.query);
  require("memory", options.memory);
  if (options.hidden == 0) options.hidden = options.query;
  if (options.output == 0) options.output = options.query;
  require("hidden", options.hidden);
  require("output", options.output);
  require("filters", options.filters);
  require("width", options.width);
  if (options.width % 2 == 0) {
    throw ValueError("LocationAttention: width = " + std::to_string(options.width) +
                     "; it must be odd, so that a filter has a middle" + where_text(options.where));
  }
  detail::require_rate("LocationAttention", "dropout", options.dropout, options.where);
  return options;
}

/// [batch, source] -> [batch, source, width]: what stands around each position, zeros outside.
Tensor windows(const Tensor& x, std::int64_t width) {
  const std::int64_t source = x.shape()[1];
  const Tensor padded = pad(x, 1, width / 2, width / 2);
  std::vector<Tensor> shifted;
  for (std::int64_t k = 0; k < width; ++k) shifted.push_back(slice(padded, 1, k, k + source));
  return stack(shifted, 2);
}

}  // namespace

LocationAttention::LocationAttention(const Scope& scope, const LocationAttentionOptions& options)
    : scope_(scope.path()),
      options_(checked(options)),
      query_(scope / "query", {.input = options_.query, .output = options_.hidden}),
      key_(scope / "key", {.input = options_.memory, .output = options_.hidden, .bias = false}),
      score_(scope / "score", {.input = options_.hidden, .output = 1, .bias = false}),
      output_(
          scope / "output",
          {.input = options_.memory + options_.query, .output = options_.output, .bias = false}),
      filter_((scope / "location")
                  .parameter("filter", {options_.width, options_.filters}, init::glorot_uniform())),
      location_(
          (scope / "location")
              .parameter("weight", {options_.filters, options_.hidden}, init::glorot_uniform())) {}

AttentionMemory LocationAttention::remember(const Tensor& encoded, const Tensor& real,
                                            const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  Memory memory = detail::remember("LocationAttention", encoded, real, options_.memory);
  memory.keys = key_(memory.states);
  memory.coverage = zeros(memory.states.shape().without(2), encoded.dtype());
  return memory;
}

Attended LocationAttention::operator()(const Tensor& query, const Memory& memory, const char* file,
                                       unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  detail::check_query("LocationAttention", query, options_.query, memory);
  const Tensor features = matmul(windows(memory.coverage, options_.width), filter_);
  const Tensor keys = memory.keys + matmul(features, location_);
  return detail::attend(detail::additive_scores(query_(query), keys, score_), query, memory,
                        output_, options_.dropout);
}

AttentionMemory LocationAttention::after(const Memory& memory, const Tensor& weights) const {
  const InScope scope{scope_};
  Memory next = memory;
  next.coverage = named("coverage", options_.cumulative ? memory.coverage + weights : weights);
  return next;
}

}  // namespace chronograd
