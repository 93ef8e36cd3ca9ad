#include "chronograd/ops/softplus.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {
    {Scalar::abs, 0},    // 1
    {Scalar::neg, 1},    // 2
    {Scalar::exp, 2},    // 3: e^-|x|
    {Scalar::log1p, 3},  // 4
    {Scalar::relu, 0},   // 5
    {Scalar::add, 4, 5},
};

const Op op{
    .name = "softplus",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::soft_relu>,
    .gradient = [](const Differential& d, int) { return d.dy() * sigmoid(d.input(0)); },
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor softplus(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
