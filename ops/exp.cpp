#include "chronograd/ops/exp.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/mul.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::exp, 0}};

const Op op{
    .name = "exp",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::exp>,
    .gradient = [](const Differential& d, int) { return d.dy() * d.output(); },
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor exp(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
