#include "chronograd/ops/log.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/div.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::log, 0}};

const Op op{
    .name = "log",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::log>,
    .gradient = [](const Differential& d, int) { return d.dy() / d.input(0); },
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor log(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
