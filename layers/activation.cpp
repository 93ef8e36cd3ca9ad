#include "chronograd/layers/activation.h"

#include "chronograd/ops/add.h"

namespace chronograd {

Tensor identity(Operand x) { return x.kind == Operand::Kind::tensor ? x.tensor() : x + 0; }

}  // namespace chronograd
