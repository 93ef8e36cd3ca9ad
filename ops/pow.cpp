#include "chronograd/ops/pow.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/log.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::pow, 0, 1}};

// At the limits the formulas say 0 * inf; there the operand that makes it inf is replaced inside,
// so that second derivatives do not meet it either.
Tensor gradient_of_base(const Differential& d) {
  const Tensor a = d.input(0);
  const Tensor b = d.input(1);
  const Tensor exponent = where(logical_and(equal(a, 0), equal(b, 0)), 1, b);
  return d.dy() * (b * pow(a, exponent - 1));
}

Tensor gradient_of_exponent(const Differential& d) {
  const Tensor a = d.input(0);
  const Tensor y = d.output();
  const Tensor limit = logical_or(equal(y, 0), logical_and(equal(a, 0), y <= 1));
  return d.dy() * (y * log(where(limit, 1, a)));
}

Tensor gradient(const Differential& d, int k) {
  return detail::sum_to(k == 0 ? gradient_of_base(d) : gradient_of_exponent(d), d.input_shape(k));
}

const Op op{
    .name = "pow",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::pow>,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b11}, {.inputs = 0b01, .outputs = 1}}},
};

}  // namespace

Tensor pow(Operand a, Operand b) { return apply(op, std::move(a), std::move(b)); }

}  // namespace chronograd
