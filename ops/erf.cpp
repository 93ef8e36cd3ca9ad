#include "chronograd/ops/erf.h"

#include <numbers>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/square.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::erf, 0}};

const Op op{
    .name = "erf",
    .infer = infer_floating,
    .program = {program},
    .gradient =
        [](const Differential& d, int) {
          // Flat beyond, and second derivatives do not meet an infinite x.
          const Tensor x = clamp(d.input(0), -30, 30);
          return (2 * std::numbers::inv_sqrtpi) * d.dy() * exp(-square(x));
        },
    .gradient_reads = {{{.inputs = 1}}},
};

}  // namespace

Tensor erf(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
