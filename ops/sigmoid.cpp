#include "chronograd/ops/sigmoid.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::sigmoid, 0}};

Tensor gradient(const Differential& d, int) {
  const Tensor y = d.output();
  const Tensor dy_y = d.dy() * y;
  return dy_y - dy_y * y;
}

const Op op{
    .name = "sigmoid",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::logistic>,
    .gradient = gradient,
    .gradient_reads = {{{.outputs = 1}}},
};

}  // namespace

Tensor sigmoid(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
