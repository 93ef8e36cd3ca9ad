#include "chronograd/ops/log_sigmoid.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/softplus.h"

namespace chronograd {

Tensor log_sigmoid(Operand x) {
  const CalledFrom caller{x.where, "log_sigmoid"};
  return -softplus(-x);
}

}  // namespace chronograd
