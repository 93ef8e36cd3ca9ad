#pragma once

#include <cstdint>
#include <span>

namespace chronograd {

/// The scalar instructions elementwise ops are made of: a closed set, each with one vectorised
/// loop per dtype. Passes reduce rows as well. Arithmetic and comparisons work for f32, f64, i32
/// and i64, the rest for f32 and f64. NaN propagates through all of them; `select` takes whichever
/// branch it takes. Comparisons and logic yield 1 or 0 in the registers' own type.
enum class Scalar : std::uint8_t {
  // one operand
  copy,
  neg,
  abs,
  sign,
  square,
  sqrt,
  rsqrt,
  reciprocal,
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  sinh,
  cosh,
  asin,
  acos,
  atan,
  asinh,
  acosh,
  atanh,
  erf,
  sigmoid,
  tanh,
  relu,
  floor,
  ceil,
  round,  ///< half to even
  is_nan,
  logical_not,
  // two operands
  add,
  sub,
  mul,
  div,  ///< integers truncate; a zero divisor throws ValueError
  pow,
  hypot,    ///< sqrt(a^2 + b^2)
  minimum,  ///< NaN if either is
  maximum,  ///< NaN if either is
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
  // three operands
  select,  ///< a != 0 ? b : c
  // one operand, of which each row along the last axis becomes one number; f32 and f64
  row_sum,
  row_mean,
  row_mean_square,
  row_root_mean_square,  ///< its squares neither overflow nor vanish in f32
  row_maximum,           ///< NaN if there is one
  row_minimum,           ///< NaN if there is one
};

/// Of those that work element by element, which come first.
inline constexpr int scalar_count = static_cast<int>(Scalar::select) + 1;

constexpr bool reduces_rows(Scalar op) { return op > Scalar::select; }

/// How many operands an instruction reads.
constexpr int operands(Scalar op) {
  if (op < Scalar::add || reduces_rows(op)) return 1;
  return op < Scalar::select ? 2 : 3;
}

/// One step of an elementwise program. Registers are numbered: the inputs first, then the result
/// of each instruction in order.
struct Instruction {
  Scalar op = Scalar::copy;
  std::uint8_t a = 0;
  std::uint8_t b = 0;
  std::uint8_t c = 0;
};

/// What an elementwise op computes from one element of each input. The last instruction's result
/// is the output. The instructions must live as long as the op (a static array does).
struct Program {
  std::span<const Instruction> code;
  explicit operator bool() const { return !code.empty(); }
};

}  // namespace chronograd
