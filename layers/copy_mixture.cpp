#include "chronograd/layers/copy_mixture.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/one_hot.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sub.h"

namespace chronograd {

Tensor copy_mixture(const Tensor& generated, const Tensor& weights, const Tensor& ids,
                    const Tensor& gate, std::int64_t words, const char* file, unsigned line) {
  const CalledFrom caller{{file, line}};
  const Shape all = generated.shape(), seen = weights.shape();
  if (all.rank() != 2 || seen.rank() != 2 || seen[0] != all[0] || ids.shape() != seen ||
      gate.shape() != Shape{all[0], 1} || words < all[1]) {
    throw ShapeError("copy_mixture: generated " + to_string(all) + ", weights " + to_string(seen) +
                     ", ids " + to_string(ids.shape()) + ", gate " + to_string(gate.shape()) +
                     " and " + std::to_string(words) +
                     " words; they must be [batch, vocabulary], [batch, source], [batch, source], "
                     "[batch, 1] and at least the vocabulary" +
                     where_text({}));
  }
  const Tensor row = reshape((1 - gate) * weights, {seen[0], 1, seen[1]});
  const Tensor copied = matmul(row, one_hot(ids, words, generated.dtype()));
  return named("copy mixture",
               pad(gate * generated, 1, 0, words - all[1]) + reshape(copied, {seen[0], words}));
}

}  // namespace chronograd
