#include <limits>

#include "chronograd/ops.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor softsign(Operand x) { return x / (abs(x) + 1); }

Tensor clip(const Call& x) {
  if (x.has("min") || x.has("max")) {  // before version 11
    return clamp(x[0], x.number("min", -infinity), x.number("max", infinity));
  }
  if (x.has(1) && x.has(2)) return clamp(x[0], x[1], x[2]);
  if (x.has(1)) return maximum(x[0], x[1]);
  if (x.has(2)) return minimum(x[0], x[2]);
  return x[0];
}

Tensor is_infinite(const Call& x) {
  Tensor y = zeros(x[0].shape(), DType::boolean);
  if (x.integer("detect_positive", 1) != 0) y = logical_or(y, equal(x[0], infinity));
  if (x.integer("detect_negative", 1) != 0) y = logical_or(y, equal(x[0], -infinity));
  return y;
}

Tensor scaled_elu(const Call& x) {
  if (x.attributes.empty()) return selu(x[0]);
  return x.number("gamma", 1.05070102214813232421875) *
         elu(x[0], x.number("alpha", 1.67326319217681884765625));
}

// Before version 7 the slopes are those of axis 1, whatever is behind it.
Tensor parametric_relu(const Call& x) {
  Tensor slope = x[1];
  if (slope.rank() == 1) {
    for (int axis = 2; axis < x[0].rank(); ++axis) {
      slope = reshape(slope, slope.shape().inserted(slope.rank(), 1));
    }
  }
  return leaky_relu(x[0], slope);
}

Tensor shrink(const Call& x) {
  const double threshold = x.number("lambd", 0.5);
  const double bias = x.number("bias", 0);
  return where(x[0] < -threshold, x[0] + bias, where(x[0] > threshold, x[0] - bias, 0));
}

}  // namespace

Operators unary_operators() {
  return {
      {"Abs", of(abs)},
      {"Acos", of(acos)},
      {"Acosh", of(acosh)},
      {"Asin", of(asin)},
      {"Asinh", of(asinh)},
      {"Atan", of(atan)},
      {"Atanh", of(atanh)},
      {"Celu", [](const Call& x) { return celu(x[0], x.number("alpha", 1)); }},
      {"Clip", clip},
      {"Cos", of(cos)},
      {"Cosh", of(cosh)},
      {"Elu", [](const Call& x) { return elu(x[0], x.number("alpha", 1)); }},
      {"Exp", of(exp)},
      {"Floor", of(floor)},
      {"Gelu",
       [](const Call& x) {
         return x.text("approximate", "none") == "tanh" ? gelu_tanh(x[0]) : gelu(x[0]);
       }},
      {"HardSigmoid",
       [](const Call& x) {
         return hard_sigmoid(x[0], x.number("alpha", 0.2), x.number("beta", 0.5));
       }},
      {"HardSwish", of(hard_swish)},
      {"Identity", [](const Call& x) { return x[0]; }},
      {"IsInf", is_infinite},
      {"IsNaN", of(is_nan)},
      {"LeakyRelu", [](const Call& x) { return leaky_relu(x[0], x.number("alpha", 0.01)); }},
      {"Log", of(log)},
      {"Mish", of(mish)},
      {"Neg", of(neg)},
      {"Not", of(logical_not)},
      {"PRelu", parametric_relu},
      {"Reciprocal", of(reciprocal)},
      {"Relu", of(relu)},
      {"Selu", scaled_elu},
      {"Shrink", shrink},
      {"Sigmoid", of(sigmoid)},
      {"Sin", of(sin)},
      {"Sinh", of(sinh)},
      {"Softplus", of(softplus)},
      {"Softsign", of(softsign)},
      {"Sqrt", of(sqrt)},
      {"Swish",
       [](const Call& x) {
         const double alpha = x.number("alpha", 1);
         return alpha == 1 ? silu(x[0]) : x[0] * sigmoid(alpha * x[0]);
       }},
      {"Tan", of(tan)},
      {"Tanh", of(tanh)},
      {"ThresholdedRelu",
       [](const Call& x) { return thresholded_relu(x[0], x.number("alpha", 1)); }},
  };
}

}  // namespace chronograd::onnx
