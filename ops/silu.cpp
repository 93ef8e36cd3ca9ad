#include "chronograd/ops/silu.h"

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

// The sigmoid of these is 0 or 1 to the last bit, so that larger numbers, and above all infinite
// ones, give the same when they are replaced.
constexpr double limit = 1000;

// Registers: 0 is x, 1 the lower limit.
constexpr Instruction program[] = {
    {Scalar::maximum, 0, 1},  // 2
    {Scalar::sigmoid, 2},     // 3
    {Scalar::mul, 2, 3},      // 4
};

Tensor gradient(const Differential& d, int) {
  const Tensor x = clamp(d.input(0), -limit, limit);
  const Tensor s = sigmoid(x);
  return d.dy() * s * (1 + x * (1 - s));
}

const Op op{
    .name = "silu",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::swish>,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 1}, {.inputs = 1}, {.inputs = 1}}},
};

}  // namespace

Tensor silu(Operand x) { return apply(op, {std::move(x), -limit}); }

}  // namespace chronograd
