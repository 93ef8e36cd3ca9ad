#include "chronograd/ops/glu.h"

#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"

namespace chronograd {

Tensor glu(Operand x, int axis) {
  detail::checked_axis(x, axis, "glu");
  const CalledFrom caller{x.where, "glu"};
  const std::vector<Tensor> halves = split(x, 2, axis);
  return halves[0] * sigmoid(halves[1]);
}

}  // namespace chronograd
