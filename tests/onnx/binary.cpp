#include "chronograd/ops.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

// The remainder has the sign of the divisor, or with "fmod" that of the dividend as in C.
Tensor modulo(const Call& x) {
  if (x.integer("fmod", 0) == 0) return remainder(x[0], x[1]);
  return sign(x[0]) * remainder(abs(x[0]), abs(x[1]));
}

// Ours is for floating numbers of one dtype; a power of integers is taken in f64.
Tensor power(const Call& x) {
  const DType dtype = x[0].dtype();
  if (is_floating(dtype)) return pow(x[0], cast(x[1], dtype));
  return cast(pow(cast(x[0], DType::f64), cast(x[1], DType::f64)), dtype);
}

// Before version 7 an operand broadcasts on request only, from an axis of the other on.
Operator elementwise(Tensor (*op)(Operand, Operand)) {
  return [op](const Call& x) {
    if (x.integer("broadcast", 0) == 0 || !x.has("axis")) return op(x[0], x[1]);
    Tensor b = x[1];
    const int axis = x[0].shape().axis(x.axis(0));
    while (axis + b.rank() < x[0].rank()) b = reshape(b, b.shape().inserted(b.rank(), 1));
    return op(x[0], b);
  };
}

}  // namespace

Operators binary_operators() {
  return {
      {"Add", elementwise(add)}, {"And", of(logical_and)},
      {"Div", elementwise(div)}, {"Equal", of(equal)},
      {"Greater", of(greater)},  {"GreaterOrEqual", of(greater_equal)},
      {"Less", of(less)},        {"LessOrEqual", of(less_equal)},
      {"Mod", modulo},           {"Mul", elementwise(mul)},
      {"Or", of(logical_or)},    {"Pow", power},
      {"Sub", elementwise(sub)}, {"Where", [](const Call& x) { return where(x[0], x[1], x[2]); }},
      {"Xor", of(not_equal)},
  };
}

}  // namespace chronograd::onnx
