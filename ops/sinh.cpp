#include "chronograd/ops/sinh.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/cosh.h"
#include "chronograd/ops/mul.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::sinh, 0}};

Tensor gradient(const Differential& d, int) { return d.dy() * cosh(d.input(0)); }

const Op op{
    .name = "sinh",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor sinh(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
