#include "chronograd/ops/abs.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sign.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::abs, 0}};

const Op op{
    .name = "abs",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::abs>,
    .gradient = [](const Differential& d,
                   int) { return where(equal(d.input(0), 0), 0, d.dy() * sign(d.input(0))); },
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor abs(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
