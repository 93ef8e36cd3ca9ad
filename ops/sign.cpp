#include "chronograd/ops/sign.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/full.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::sign, 0}};

const Op op{
    .name = "sign",
    .infer = infer_arithmetic,
    .program = {program},
    .gradient = [](const Differential& d,
                   int) { return zeros(d.input_shape(0), d.input_dtype(0)); },
};

}  // namespace

Tensor sign(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
