#include "chronograd/ops/tanh.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::tanh, 0}};

const Op op{
    .name = "tanh",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d, int) { return d.dy() * (1 - square(d.output())); },
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor tanh(Operand x) { return apply(op, {x}); }

}  // namespace chronograd
