#include "chronograd/ops/ceil.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/full.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::ceil, 0}};

const Op op{
    .name = "ceil",
    .infer = infer_floating,
    .program = {program},
    .gradient = [](const Differential& d,
                   int) { return zeros(d.input_shape(0), d.input_dtype(0)); },
};

}  // namespace

Tensor ceil(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
