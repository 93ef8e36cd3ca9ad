#include "chronograd/layers/embedding.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/gather.h"

namespace chronograd {
namespace {

Parameter weight_of(const Scope& scope, const EmbeddingOptions& options) {
  detail::require_size("Embedding", "vocabulary", options.vocabulary);
  detail::require_size("Embedding", "size", options.size);
  return scope.parameter("weight", {options.vocabulary, options.size}, options.initializer);
}

}  // namespace

Embedding::Embedding(const Scope& scope, const EmbeddingOptions& options)
    : scope_(scope.path()), weight_(weight_of(scope, options)) {}

Tensor Embedding::operator()(Operand ids) const {
  const CalledFrom caller{ids.where};
  const InScope scope{scope_};
  return gather(weight_, ids);
}

}  // namespace chronograd
