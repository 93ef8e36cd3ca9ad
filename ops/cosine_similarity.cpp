#include "chronograd/ops/cosine_similarity.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/detail/alike.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/maximum.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/norm.h"
#include "chronograd/ops/sum.h"

namespace chronograd {

Tensor cosine_similarity(Operand a, Operand b, double epsilon) {
  detail::require_alike("cosine_similarity", a, b);
  if (shape_of(a).rank() == 0) {
    throw ShapeError("cosine_similarity: scalars; they must be [.., size]" + where_text(a.where));
  }
  const CalledFrom caller{a.where, "cosine_similarity"};
  return sum(a * b, -1) / maximum(norm(a, -1) * norm(b, -1), epsilon);
}

}  // namespace chronograd
