#include "chronograd/ops/is_nan.h"

#include <string>
#include <utility>

#include "chronograd/graph/op.h"

namespace chronograd {
namespace {

constexpr Instruction program[] = {{Scalar::is_nan, 0}};

void infer(Inference& inference) {
  if (!is_floating(inference.dtype(0))) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(0))),
                               "it must be f32 or f64");
  }
  inference.output(inference.shape(0), DType::boolean);
}

const Op op{.name = "is_nan", .infer = infer, .program = {program}};

}  // namespace

Tensor is_nan(Operand x) { return apply(op, std::move(x)); }

}  // namespace chronograd
