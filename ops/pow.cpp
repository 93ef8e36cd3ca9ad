#include "chronograd/ops/pow.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/log.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::pow, 0, 1}};

// The branches of 0 are limits; the formulas say 0 * inf there.
Tensor gradient(const Differential& d, int k) {
  const Tensor a = d.input(0);
  const Tensor b = d.input(1);
  const Tensor dx =
      k == 0 ? where(equal(b, 0), 0, d.dy() * (b * pow(a, b - 1)))
             : where(logical_and(equal(a, 0), b >= 0), 0, d.dy() * (d.output() * log(a)));
  return detail::sum_to(dx, d.input_shape(k));
}

const Op op{
    .name = "pow",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b11}, {.inputs = 0b11, .outputs = 1}}},
};

}  // namespace

Tensor pow(Operand a, Operand b) { return apply(op, a, b); }

}  // namespace chronograd
