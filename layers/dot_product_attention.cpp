#include "chronograd/layers/dot_product_attention.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/dropout.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/all_any.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sequence_mask.h"
#include "chronograd/ops/softmax.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw ShapeError("dot_product_attention: " + what + where_text({}));
}

void check(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionMask& mask) {
  const Shape a = q.shape(), b = k.shape(), c = v.shape();
  const std::string all =
      "queries " + to_string(a) + ", keys " + to_string(b) + " and values " + to_string(c);
  if ((a.rank() != 3 && a.rank() != 4) || b.rank() != a.rank() || c.rank() != a.rank()) {
    fail(all + "; all must be [batch, heads, time, size] or [batch, time, size]");
  }
  if (a[-1] != b[-1]) fail(all + "; queries and keys must have the same size");
  if (b.without(-1) != c.without(-1)) fail(all + "; each key needs a value");
  if (a[0] != b[0]) fail(all + "; they must have the same batch");
  if (a.rank() == 4 && (b[1] == 0 || a[1] % b[1] != 0)) {
    fail(all + "; the heads of the queries must be a multiple of those of the keys");
  }
  if (mask.lengths.has_value() && mask.lengths.shape() != Shape{a[0]}) {
    fail("lengths " + to_string(mask.lengths.shape()) + " for a batch of " + std::to_string(a[0]) +
         "; they must be [" + std::to_string(a[0]) + "]");
  }
  if (mask.softcap != 0) {
    detail::require_positive("dot_product_attention", "softcap", mask.softcap, {});
  }
}

Tensor both(const Tensor& a, const Tensor& b) { return a.has_value() ? logical_and(a, b) : b; }

/// Which pairs may meet, but for causality; empty when all may.
Tensor given_pairs(const AttentionMask& mask, Shape keys) {
  Tensor pairs = mask.allowed;
  if (mask.lengths.has_value()) {
    const std::int64_t time = keys[-2];
    const Tensor real = transpose(sequence_mask(mask.lengths, time));
    pairs = both(pairs, reshape(real, keys.rank() == 4 ? Shape{keys[0], 1, 1, time}
                                                       : Shape{keys[0], 1, time}));
  }
  if (mask.bias.has_value()) {
    pairs = both(pairs, not_equal(mask.bias, -std::numeric_limits<double>::infinity()));
  }
  return pairs;
}

Tensor causal_pairs(std::int64_t queries, std::int64_t keys) {
  return arange(keys, DType::i32) <= reshape(arange(queries, DType::i32), {queries, 1});
}

/// [.., key, 1]: whether some query of some head may look at a key.
Tensor seen(const Tensor& pairs, bool heads) {
  const Tensor by_head = pairs.rank() > 1 ? any(pairs, -2, true) : pairs;
  const Tensor some = heads && pairs.rank() >= 3 ? any(by_head, -3, true) : by_head;
  return some.rank() > 1 ? transpose(some) : reshape(some, {some.size(), 1});
}

/// a b, where the heads of a come in groups that share a head of b.
Tensor grouped_product(const Tensor& a, const Tensor& b) {
  const Shape shape = a.shape();
  if (shape.rank() == 3 || shape[1] == b.shape()[1]) return matmul(a, b);
  const std::int64_t groups = b.shape()[1];
  const Tensor rows = reshape(a, {shape[0], groups, shape[1] / groups * shape[2], shape[3]});
  return reshape(matmul(rows, b), {shape[0], shape[1], shape[2], b.shape()[3]});
}

Tensor scores_of(const Tensor& q, const Tensor& k, const AttentionMask& mask) {
  const double scale = 1 / std::sqrt(static_cast<double>(q.shape()[-1]));
  Tensor scores = grouped_product(q, transpose(k)) * scale;
  if (mask.softcap > 0) scores = mask.softcap * tanh(scores * (1 / mask.softcap));
  return mask.bias.has_value() ? scores + mask.bias : scores;
}

}  // namespace

WeightedValues dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                                     const AttentionMask& mask, double rate, const char* file,
                                     unsigned line) {
  const CalledFrom caller{{file, line}};
  check(q, k, v, mask);
  detail::require_rate("dot_product_attention", "dropout", rate, {});
  Tensor pairs = given_pairs(mask, k.shape());
  if (pairs.has_value() && pairs.rank() == 0) pairs = reshape(pairs, {1, 1});
  const bool given = pairs.has_value();
  if (mask.causal) pairs = both(pairs, causal_pairs(q.shape()[-2], k.shape()[-2]));
  if (!given) {  // then each query has something to look at
    const Tensor scores = scores_of(q, k, mask);
    const Tensor weights = named("weights", mask.causal ? softmax(scores, pairs) : softmax(scores));
    return {named("context", grouped_product(dropout(weights, rate), v)), weights};
  }
  // A weight of 0 silences no NaN, neither here nor in the gradients of the products.
  const Tensor looking = any(pairs, -1, true);
  const Tensor looked_at = seen(pairs, q.rank() == 4);
  const Tensor scores = scores_of(where(looking, q, 0), where(looked_at, k, 0), mask);
  const Tensor weights = named("weights", softmax(scores, pairs));
  const Tensor context = grouped_product(dropout(weights, rate), where(looked_at, v, 0));
  return {named("context", where(looking, context, 0)), weights};
}

}  // namespace chronograd
