#pragma once

#include <cstdint>

#include "chronograd/graph/op.h"

/// oneDNN's elementwise primitives, which ops offer as a kernel besides their program; see
/// docs/backends.md.
namespace chronograd::detail {

enum class Primitive : std::uint8_t {
  // of one operand; what else they read are single numbers
  abs,
  clip,  ///< from the number in input 1 to that in input 2
  elu,   ///< input 1 is alpha
  exp,
  gelu_erf,
  gelu_tanh,
  hard_sigmoid,  ///< inputs 1 and 2 are the slope and the offset; since oneDNN 3
  leaky_relu,    ///< input 1 is the slope
  log,
  logistic,
  pow,  ///< input 1 is the exponent
  relu,
  round,
  soft_relu,
  sqrt,
  square,
  swish,
  tanh,
  // of two operands
  add,
  sub,
  mul,
  div,
  min,
  max,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
};

/// Runs the primitive on the calling thread. It takes dense operands of f32 that have the shape of
/// the result, and as a second operand also a single number; for others the op's program runs.
void run_primitive(Primitive primitive, const Run& run);

/// A kernel for an op that computes the same.
template <Primitive primitive>
inline void onednn(const Run& run) {
  run_primitive(primitive, run);
}

}  // namespace chronograd::detail
