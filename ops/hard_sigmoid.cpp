#include "chronograd/ops/hard_sigmoid.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// Registers: 0 is x, 1 the slope, 2 the offset, 3 the number 0, 4 the number 1.
constexpr Instruction program[] = {
    {Scalar::mul, 0, 1},      // 5
    {Scalar::add, 5, 2},      // 6
    {Scalar::maximum, 6, 3},  // 7
    {Scalar::minimum, 7, 4},  // 8
};

constexpr Reads reads{.inputs = 0b10, .outputs = 1};

const Op op{
    .name = "hard_sigmoid",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::hard_sigmoid>,
    .gradient =
        [](const Differential& d, int) {
          const Tensor y = d.output();
          return where(logical_or(y <= 0, y >= 1), 0, d.dy() * d.input(1));
        },
    .gradient_reads = {{reads, reads, reads}},
};

}  // namespace

Tensor hard_sigmoid(Operand x, double slope, double offset) {
  return apply(op, {std::move(x), slope, offset, 0, 1});
}

}  // namespace chronograd
