#include "chronograd/ops/elu.h"

#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// Registers: 0 is x, 1 alpha, 2 the number 0.
constexpr Instruction program[] = {
    {Scalar::less, 0, 2},       // 3
    {Scalar::expm1, 0},         // 4
    {Scalar::mul, 1, 4},        // 5
    {Scalar::select, 3, 5, 0},  // 6
};

constexpr Reads reads{.inputs = 0b11, .outputs = 1};

const Op op{
    .name = "elu",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::elu>,
    .gradient =
        [](const Differential& d, int) {
          return where(d.input(0) < 0, d.dy() * (d.output() + d.input(1)), d.dy());
        },
    .gradient_reads = {{reads, reads, reads}},
};

}  // namespace

Tensor elu(Operand x, double alpha) { return apply(op, {std::move(x), alpha, 0}); }

Tensor selu(Operand x) {
  const CalledFrom caller{x.where, "selu"};
  return 1.0507009873554804934193349852946 * elu(std::move(x), 1.6732632423543772848170429916717);
}

}  // namespace chronograd
