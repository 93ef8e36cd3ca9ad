#include "chronograd/layers/dropout.h"

#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/random.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor dropout(const Tensor& x, double rate, const char* file, unsigned line) {
  if (!(rate >= 0 && rate < 1)) {
    throw ValueError("dropout: a rate of " + std::to_string(rate) +
                     "; it must be at least 0 and below 1" + where_text({file, line}));
  }
  if (rate == 0 || !training()) return x;
  const Tensor scale = dropout_mask(x.shape(), rate, x.dtype());
  return where(equal(scale, 0), 0, x * scale);  // 0 times inf would be NaN
}

}  // namespace chronograd
