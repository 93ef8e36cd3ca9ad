#include "chronograd/layers/dropout.h"

#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/detail/padding_notice.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/random.h"
#include "chronograd/ops/where.h"

namespace chronograd {

Tensor dropout(const Tensor& x, double rate, const char* file, unsigned line) {
  return dropout(x, rate, {}, file, line);
}

Tensor dropout(const Tensor& x, double rate, std::initializer_list<int> shared_axes,
               const char* file, unsigned line) {
  if (!(rate >= 0 && rate < 1)) {
    throw ValueError("dropout: a rate of " + std::to_string(rate) +
                     "; it must be at least 0 and below 1" + where_text({file, line}));
  }
  Shape drawn = x.shape(file, line);
  for (const int axis : shared_axes) {
    if (axis < -x.rank() || axis >= x.rank()) {
      throw IndexError("dropout: a shared axis " + std::to_string(axis) + " of " +
                       to_string(x.shape()) + "; there is none" + where_text({file, line}));
    }
    drawn = drawn.with(axis < 0 ? axis + x.rank() : axis, 1);
  }
  if (rate == 0 || !training()) return x;
  const Tensor scale = dropout_mask(drawn, rate, x.dtype());
  const Tensor dropped = where(equal(scale, 0), 0, x * scale);  // 0 times inf would be NaN
  detail::hand_mark_on(x, dropped);
  return dropped;
}

}  // namespace chronograd
