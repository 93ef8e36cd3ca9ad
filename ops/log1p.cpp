#include "chronograd/ops/log1p.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/div.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::log1p, 0}};

const Op op{
    .name = "log1p",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d, int) { return d.dy() / (1 + d.input(0)); },
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor log1p(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
