#include "chronograd/layers/detail/attend.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/dropout.h"
#include "chronograd/ops/add.h"
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

namespace chronograd::detail {
namespace {

/// bool [batch, source] of lengths or of a mask.
Tensor real_states(std::string_view layer, const Tensor& real, std::int64_t source,
                   std::int64_t batch) {
  if (real.dtype() == DType::boolean) {
    if (real.shape() == Shape{source, batch}) return transpose(real);
    throw ShapeError(std::string(layer) + ": a mask " + to_string(real.shape()) +
                     " for encoder states of " + to_string(Shape{source, batch}) +
                     "; they must be alike" + where_text({}));
  }
  if (real.shape() == Shape{batch}) return transpose(sequence_mask(real, source));
  throw ShapeError(std::string(layer) + ": lengths " + to_string(real.shape()) +
                   " for a batch of " + std::to_string(batch) + "; they must be [" +
                   std::to_string(batch) + "]" + where_text({}));
}

Tensor context_of(const Tensor& weights, const Tensor& states) {
  if (weights.rank() == 3) return named("sum", transpose(matmul(weights, states), 0, 1));
  const Tensor column = reshape(weights, weights.shape().inserted(2, 1));
  return named("sum", sum(named("weighting", column * states), 1));
}

}  // namespace

AttentionMemory remember(std::string_view layer, const Tensor& encoded, const Tensor& real,
                         std::int64_t size) {
  const Shape shape = encoded.shape();
  if (shape.rank() != 3 || shape[2] != size) {
    throw ShapeError(std::string(layer) + ": encoder states " + to_string(shape) +
                     "; they must be [source, batch, " + std::to_string(size) + "]" +
                     where_text({}));
  }
  AttentionMemory memory{
      .states = transpose(encoded, 0, 1), .keys = {}, .real = {}, .coverage = {}};
  if (real.has_value()) {
    memory.real = real_states(layer, real, shape[0], shape[1]);
    // A weight of 0 does not silence a padded NaN.
    memory.states = where(reshape(memory.real, {shape[1], shape[0], 1}), memory.states, 0);
  }
  memory.keys = memory.states;
  return memory;
}

void check_query(std::string_view layer, const Tensor& query, std::int64_t size,
                 const AttentionMemory& memory) {
  const Shape shape = query.shape();
  const std::int64_t batch = memory.states.shape()[0];
  const bool many = shape.rank() == 3 && !memory.coverage.has_value();
  if ((shape.rank() == 2 || many) && shape[-2] == batch && shape[-1] == size) return;
  throw ShapeError(std::string(layer) + ": a query " + to_string(shape) + " for a memory of " +
                   std::to_string(batch) + " sequences and keys of " + std::to_string(size) +
                   "; it must be " + to_string(Shape{batch, size}) +
                   (shape.rank() == 3 && !many ? ", for each look changes the memory" : "") +
                   where_text({}));
}

Tensor additive_scores(const Tensor& query, const Tensor& keys, const Linear& score) {
  const bool many = query.rank() == 3;
  const Tensor of_each = many ? transpose(query, 0, 1) : query;
  const Shape spread = of_each.shape().inserted(many ? 2 : 1, 1);
  const Tensor others = many ? reshape(keys, keys.shape().inserted(1, 1)) : keys;
  const Tensor scores = score(tanh(reshape(of_each, spread) + others));
  return reshape(scores, scores.shape().without(-1));
}

Attended attend(const Tensor& scores, const Tensor& query, const AttentionMemory& memory,
                const Linear& output, double dropout_rate) {
  Tensor real = memory.real;
  if (real.has_value() && scores.rank() == 3) real = reshape(real, real.shape().inserted(1, 1));
  const Tensor weights =
      named("softmax", real.has_value() ? softmax(scores, real) : softmax(scores));
  const Tensor context = context_of(dropout(weights, dropout_rate), memory.states);
  const Tensor joined = named("join", concat({context, query}, -1));
  return {.output = named("output", tanh(output(joined))),
          .context = context,
          .weights = weights.rank() == 3 ? transpose(weights, 0, 1) : weights};
}

}  // namespace chronograd::detail
