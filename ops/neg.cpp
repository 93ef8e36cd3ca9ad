#include "chronograd/ops/neg.h"

#include <utility>

#include "chronograd/graph/op.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::neg, 0}};

const Op op{
    .name = "neg",
    .infer = infer_arithmetic,
    .program = {program},
    .gradient = [](const Differential& d, int) { return -d.dy(); },
};

}  // namespace

Tensor neg(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
