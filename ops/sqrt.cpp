#include "chronograd/ops/sqrt.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/mul.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::sqrt, 0}};

const Op op{
    .name = "sqrt",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::sqrt>,
    .gradient = [](const Differential& d, int) { return 0.5 * d.dy() / d.output(); },
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor sqrt(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
