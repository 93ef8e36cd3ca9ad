#include "chronograd/ops/cosh.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sinh.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::cosh, 0}};

Tensor gradient(const Differential& d, int) { return d.dy() * sinh(d.input(0)); }

const Op op{
    .name = "cosh",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor cosh(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
