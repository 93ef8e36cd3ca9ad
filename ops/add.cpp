#include "chronograd/ops/add.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/detail/sum_to.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::add, 0, 1}};

const Op op{
    .name = "add",
    .infer = infer_arithmetic,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::add>,
    .gradient = [](const Differential& d,
                   int k) { return detail::sum_to(d.dy(), d.input_shape(k)); },
};

}  // namespace

Tensor add(Operand a, Operand b) { return apply(op, std::move(a), std::move(b)); }

}  // namespace chronograd
