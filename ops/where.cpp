#include "chronograd/ops/where.h"

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/sum_to.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::select, 0, 1, 2}};

void infer(Inference& inference) {
  if (inference.dtype(0) != DType::boolean) {
    inference.fail<DTypeError>("a condition of " + std::string(name(inference.dtype(0))),
                               "it must be bool; compare it with something first");
  }
  inference.output(broadcast_shape(inference), common_dtype(inference, 1));
}

// Chooses again, instead of multiplying by 0 or 1: 0 times inf would be NaN.
Tensor gradient(const Differential& d, int k) {
  const Tensor condition = d.input(0);
  const Tensor taken = k == 1 ? where(condition, d.dy(), 0) : where(condition, 0, d.dy());
  return detail::sum_to(taken, d.input_shape(k));
}

const Op op{
    .name = "where",
    .infer = infer,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{}, {.inputs = 0b001}, {.inputs = 0b001}}},
};

}  // namespace

Tensor where(Operand condition, Operand a, Operand b) {
  return apply(op, std::move(condition), std::move(a), std::move(b));
}

}  // namespace chronograd
