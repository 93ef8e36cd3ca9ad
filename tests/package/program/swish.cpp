#include "swish.h"

#include <chronograd/graph/op.h>
#include <chronograd/ops/add.h>
#include <chronograd/ops/mul.h>
#include <chronograd/ops/sigmoid.h>
#include <chronograd/ops/sub.h>

namespace {

using namespace chronograd;

constexpr Instruction program[] = {{Scalar::sigmoid, 0}, {Scalar::mul, 0, 1}};

Tensor gradient(const Differential& d, int) {
  const Tensor s = sigmoid(d.input(0));
  return d.dy() * (s + d.output() * (1 - s));
}

const Op op{
    .name = "swish",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1, .outputs = 1}}},
};

}  // namespace

Tensor swish(Operand x) { return apply(op, x); }
