#include "chronograd/ops/celu.h"

#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/elu.h"
#include "chronograd/ops/mul.h"

namespace chronograd {

Tensor celu(Operand x, double alpha) {
  if (!(alpha > 0)) {
    throw ValueError("celu: alpha = " + std::to_string(alpha) + "; it must be above 0" +
                     where_text(x.where));
  }
  const CalledFrom caller{x.where, "celu"};
  return alpha * elu(x / alpha);
}

}  // namespace chronograd
