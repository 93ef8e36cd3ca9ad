#include "chronograd/ops/asin.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/rsqrt.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::asin, 0}};

Tensor gradient(const Differential& d, int) {
  const Tensor x = d.input(0);
  return d.dy() * rsqrt((1 - x) * (1 + x));
}

const Op op{
    .name = "asin",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor asin(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
