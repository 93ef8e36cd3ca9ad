#include "chronograd/layers/embedding.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/detail/padding_notice.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

Initializer with_zero_row(const Initializer& all, std::int64_t row) {
  return [=](std::span<double> values, Shape shape, RandomStream& random) {
    all(values, shape, random);
    const auto size = static_cast<std::size_t>(shape[1]);
    std::ranges::fill(values.subspan(static_cast<std::size_t>(row) * size, size), 0);
  };
}

Parameter weight_of(const Scope& scope, const EmbeddingOptions& o) {
  detail::require_size("Embedding", "vocabulary", o.vocabulary, o.where);
  detail::require_size("Embedding", "size", o.size, o.where);
  if (o.padding && (*o.padding < 0 || *o.padding >= o.vocabulary)) {
    throw ValueError("Embedding: padding = " + std::to_string(*o.padding) +
                     " and vocabulary = " + std::to_string(o.vocabulary) +
                     "; the padding must be one of its ids" + where_text(o.where));
  }
  return scope.parameter("weight", {o.vocabulary, o.size},
                         o.padding ? with_zero_row(o.initializer, *o.padding) : o.initializer);
}

Tensor column(const Tensor& mask) { return reshape(mask, mask.shape().inserted(mask.rank(), 1)); }

}  // namespace

Embedding::Embedding(const Scope& scope, const EmbeddingOptions& options)
    : scope_(scope.path()), padding_(options.padding), weight_(weight_of(scope, options)) {}

Tensor Embedding::operator()(Operand ids) const {
  const CalledFrom caller{ids.where};
  const InScope scope{scope_};
  const Tensor vectors = gather(weight_, ids);
  if (!padding_) return vectors;
  const Tensor embedded = where(column(not_equal(ids, *padding_)), vectors, 0);
  if (ids.kind == Operand::Kind::tensor) detail::mark_if_padded(embedded, ids.tensor(), *padding_);
  return embedded;
}

Tensor Embedding::real(Operand ids) const {
  const CalledFrom caller{ids.where};
  const InScope scope{scope_};
  if (padding_) return not_equal(ids, *padding_);
  throw ValueError("Embedding: no padding id, which tells what is real; give the option padding" +
                   where_text(ids.where));
}

Tensor Embedding::logits(Operand x) const {
  const CalledFrom caller{x.where};
  const InScope scope{scope_};
  if (!padding_) return matmul(x, transpose(weight_));
  const Tensor symbols = arange(weight_.shape()[0], DType::i64);
  return matmul(x, transpose(where(column(not_equal(symbols, *padding_)), weight_, 0)));
}

}  // namespace chronograd
