#include "chronograd/ops/atan.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/square.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::atan, 0}};

Tensor gradient(const Differential& d, int) { return d.dy() / (1 + square(d.input(0))); }

const Op op{
    .name = "atan",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor atan(Operand x) { return apply(op, x); }

}  // namespace chronograd
