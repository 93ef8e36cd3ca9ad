#include "chronograd/ops/relu.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::relu, 0}};

const Op op{
    .name = "relu",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::relu>,
    .gradient = [](const Differential& d, int) { return where(d.output() <= 0, 0, d.dy()); },
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor relu(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
