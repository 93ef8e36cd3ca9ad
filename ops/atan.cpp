#include "chronograd/ops/atan.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/square.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::atan, 0}};

// Squares of what is farther out are infinite; second derivatives do not meet an infinite x.
Tensor gradient(const Differential& d, int) {
  const double far = d.input_dtype(0) == DType::f32 ? 1e30 : 1e200;
  return d.dy() / (1 + square(clamp(d.input(0), -far, far)));
}

const Op op{
    .name = "atan",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor atan(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
