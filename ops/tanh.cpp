#include "chronograd/ops/tanh.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::tanh, 0}};

Tensor gradient(const Differential& d, int) {
  const Tensor y = d.output();
  return d.dy() - d.dy() * y * y;
}

const Op op{
    .name = "tanh",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::tanh>,
    .gradient = gradient,
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor tanh(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
