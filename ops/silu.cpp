#include "chronograd/ops/silu.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::sigmoid, 0}, {Scalar::mul, 0, 1}};

Tensor gradient(const Differential& d, int) {
  const Tensor x = d.input(0);
  const Tensor s = sigmoid(x);
  return d.dy() * s * (1 + x * (1 - s));
}

const Op op{
    .name = "silu",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor silu(Operand x) { return apply(op, x); }

}  // namespace chronograd
