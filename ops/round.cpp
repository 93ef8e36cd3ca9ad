#include "chronograd/ops/round.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/full.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::round, 0}};

const Op op{
    .name = "round",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::round>,
    .gradient = [](const Differential& d,
                   int) { return zeros(d.input_shape(0), d.input_dtype(0)); },
};

}  // namespace

Tensor round(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
