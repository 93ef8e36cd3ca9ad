#include "chronograd/ops/acosh.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/rsqrt.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::acosh, 0}};

// Two roots, since the product of the factors overflows.
Tensor gradient(const Differential& d, int) {
  const Tensor x = d.input(0);
  return d.dy() * rsqrt(x - 1) * rsqrt(x + 1);
}

const Op op{
    .name = "acosh",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor acosh(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
