#include "chronograd/ops/floor.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/full.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::floor, 0}};

const Op op{
    .name = "floor",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d,
                   int) { return zeros(d.input_shape(0), d.input_dtype(0)); },
};

}  // namespace

Tensor floor(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
