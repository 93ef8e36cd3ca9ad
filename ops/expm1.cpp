#include "chronograd/ops/expm1.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::expm1, 0}};

const Op op{
    .name = "expm1",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d, int) { return d.dy() * (d.output() + 1); },
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor expm1(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
