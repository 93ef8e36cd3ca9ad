#include "chronograd/ops/reciprocal.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::reciprocal, 0}};

const Op op{
    .name = "reciprocal",
    .infer = infer_floating,
    .program = {program},
    // dy y first: it is mostly neither huge nor tiny where the square of y is.
    .gradient = [](const Differential& d, int) { return -d.dy() * d.output() * d.output(); },
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor reciprocal(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
