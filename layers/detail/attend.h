#pragma once

#include <cstdint>
#include <string_view>

#include "chronograd/layers/attention.h"

/// What the attentions of decoders share; `layer` is the name that messages begin with.
namespace chronograd::detail {

/// A memory whose keys are the states themselves, with padding set to zero. Throws ShapeError
/// unless encoded is [source, batch, size] and `real` lengths [batch], a mask [source, batch] or
/// empty.
AttentionMemory remember(std::string_view layer, const Tensor& encoded, const Tensor& real,
                         std::int64_t size);

/// Throws ShapeError unless the query is [batch, size] or, where looks do not depend on each other,
/// [time, batch, size]. Products would repeat a batch of 1 in silence.
void check_query(std::string_view layer, const Tensor& query, std::int64_t size,
                 const AttentionMemory& memory);

/// v . tanh(query + key) for each pair, where `score` is the product with v: the query [batch,
/// hidden] or [time, batch, hidden] and keys [batch, source, hidden] give [batch, source] or
/// [batch, time, source].
Tensor additive_scores(const Tensor& query, const Tensor& keys, const Linear& score);

/// Weights, context and output of the scores [batch, source] or [batch, time, source] that a query
/// got.
Attended attend(const Tensor& scores, const Tensor& query, const AttentionMemory& memory,
                const Linear& output, double dropout);

}  // namespace chronograd::detail
