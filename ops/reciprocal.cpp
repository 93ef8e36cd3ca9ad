#include "chronograd/ops/reciprocal.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/square.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::reciprocal, 0}};

const Op op{
    .name = "reciprocal",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d, int) { return -d.dy() * square(d.output()); },
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor reciprocal(Operand x) { return apply(op, x); }

}  // namespace chronograd
