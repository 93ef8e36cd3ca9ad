#include "chronograd/ops/gelu.h"

#include <numbers>

#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/detail/onednn_elementwise.h"
#include "chronograd/ops/erf.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

constexpr double sqrt_half = 1 / std::numbers::sqrt2;

// At these the distribution is 0 or 1 to the last bit, so that larger numbers, and above all
// infinite ones, give the same when they are replaced.
constexpr double limit = 1000;

// Registers: 0 is x, 1 sqrt(1/2), 2 the number 1, 3 the number 1/2, 4 the lower limit.
constexpr Instruction program[] = {
    {Scalar::maximum, 0, 4},  // 5
    {Scalar::mul, 5, 1},      // 6
    {Scalar::erf, 6},         // 7
    {Scalar::add, 7, 2},      // 8
    {Scalar::mul, 8, 3},      // 9
    {Scalar::mul, 9, 5},      // 10
};

Tensor gradient(const Differential& d, int) {
  const Tensor x = clamp(d.input(0), -limit, limit);
  const Tensor distribution = 0.5 * (1 + erf(sqrt_half * x));
  const Tensor density = (sqrt_half * std::numbers::inv_sqrtpi) * exp(-0.5 * square(x));
  return d.dy() * (distribution + x * density);
}

constexpr Reads reads{.inputs = 1};

const Op op{
    .name = "gelu",
    .infer = infer_floating,
    .program = {program},
    .kernel = detail::onednn<detail::Primitive::gelu_erf>,
    .gradient = gradient,
    .gradient_reads = {{reads, reads, reads}},
};

// (1 + tanh(u)) / 2 = sigmoid(2u), and 2u = slope (x + cubic x^3).
constexpr double slope = 2 * std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
constexpr double cubic = 0.044715;

// Registers: 0 is x, 1 the slope, 2 the cubic factor, 3 the number 1, 4 the lower limit.
constexpr Instruction tanh_program[] = {
    {Scalar::maximum, 0, 4},  // 5
    {Scalar::square, 5},      // 6
    {Scalar::mul, 6, 2},      // 7
    {Scalar::add, 7, 3},      // 8
    {Scalar::mul, 8, 5},      // 9
    {Scalar::mul, 9, 1},      // 10
    {Scalar::sigmoid, 10},    // 11
    {Scalar::mul, 11, 5},     // 12
};

Tensor tanh_gradient(const Differential& d, int) {
  const Tensor x = clamp(d.input(0), -limit, limit);
  const Tensor xx = square(x);
  const Tensor s = sigmoid(slope * x * (1 + cubic * xx));
  return d.dy() * s * (1 + slope * x * (1 - s) * (1 + 3 * cubic * xx));
}

const Op tanh_op{
    .name = "gelu_tanh",
    .infer = infer_floating,
    .program = {tanh_program},
    .kernel = detail::onednn<detail::Primitive::gelu_tanh>,
    .gradient = tanh_gradient,
    .gradient_reads = {{reads, reads, reads}},
};

}  // namespace

Tensor gelu(Operand x) { return apply(op, {std::move(x), sqrt_half, 1, 0.5, -limit}); }

Tensor gelu_tanh(Operand x) { return apply(tanh_op, {std::move(x), slope, cubic, 1, -limit}); }

}  // namespace chronograd
