#include "chronograd/layers/rotary.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/detail/angles.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/cos.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sin.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sub.h"

namespace chronograd {

Tensor rotary(const Tensor& x, const Tensor& positions, double base, const char* file,
              unsigned line) {
  const CalledFrom caller{{file, line}};
  if (x.rank() == 0 || x.shape()[-1] % 2 != 0) {
    throw ShapeError("rotary: x " + to_string(x.shape()) + "; its last size must be even" +
                     where_text({}));
  }
  detail::require_positive("rotary", "base", base, {});
  const Tensor angles = detail::angles(positions, x.shape()[-1], base, x.dtype());
  const Tensor c = cos(angles), s = sin(angles);
  const auto halves = split(x, 2);
  return concat({halves[0] * c - halves[1] * s, halves[1] * c + halves[0] * s}, -1);
}

}  // namespace chronograd
