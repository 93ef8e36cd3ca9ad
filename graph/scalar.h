#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace chronograd {

/// The scalar instructions elementwise ops are made of: a closed set, each with one vectorised
/// loop per dtype. Fused kernels reduce rows as well. Arithmetic and comparisons work for f32, f64,
/// i32 and i64, the rest for f32 and f64. NaN propagates through all of them; `select` takes
/// whichever branch it takes. Comparisons and logic yield 1 or 0 in the registers' own type.
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

/// What the result of an instruction is.
enum class ScalarKind : std::uint8_t {
  number,  ///< one number for each element
  truth,   ///< 1 or 0 for each element
  row,     ///< one number for each row along the last axis
};

/// The dtypes that an instruction has loops for.
enum class ScalarTypes : std::uint8_t {
  floats,   ///< f32 and f64
  numbers,  ///< f32, f64, i32 and i64
};

struct ScalarTraits {
  Scalar op;
  std::string_view name;  ///< in dumps
  int operands;
  ScalarKind kind;
  ScalarTypes types;
};

/// All there is to know of the instructions but their loops, in the order of the enumeration. The
/// loops are in graph/kernels: loops.cpp for floats, integer_loops.cpp and row_loops.cpp, which do
/// not compile either while one is missing.
inline constexpr ScalarTraits scalar_table[] = {
    {Scalar::copy, "copy", 1, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::neg, "neg", 1, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::abs, "abs", 1, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::sign, "sign", 1, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::square, "square", 1, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::sqrt, "sqrt", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::rsqrt, "rsqrt", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::reciprocal, "reciprocal", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::exp, "exp", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::expm1, "expm1", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::log, "log", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::log1p, "log1p", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::sin, "sin", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::cos, "cos", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::tan, "tan", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::sinh, "sinh", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::cosh, "cosh", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::asin, "asin", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::acos, "acos", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::atan, "atan", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::asinh, "asinh", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::acosh, "acosh", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::atanh, "atanh", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::erf, "erf", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::sigmoid, "sigmoid", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::tanh, "tanh", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::relu, "relu", 1, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::floor, "floor", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::ceil, "ceil", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::round, "round", 1, ScalarKind::number, ScalarTypes::floats},
    {Scalar::is_nan, "is_nan", 1, ScalarKind::truth, ScalarTypes::floats},
    {Scalar::logical_not, "not", 1, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::add, "add", 2, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::sub, "sub", 2, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::mul, "mul", 2, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::div, "div", 2, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::pow, "pow", 2, ScalarKind::number, ScalarTypes::floats},
    {Scalar::hypot, "hypot", 2, ScalarKind::number, ScalarTypes::floats},
    {Scalar::minimum, "minimum", 2, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::maximum, "maximum", 2, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::equal, "equal", 2, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::not_equal, "not_equal", 2, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::less, "less", 2, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::less_equal, "less_equal", 2, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::greater, "greater", 2, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::greater_equal, "greater_equal", 2, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::logical_and, "and", 2, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::logical_or, "or", 2, ScalarKind::truth, ScalarTypes::numbers},
    {Scalar::select, "select", 3, ScalarKind::number, ScalarTypes::numbers},
    {Scalar::row_sum, "row_sum", 1, ScalarKind::row, ScalarTypes::floats},
    {Scalar::row_mean, "row_mean", 1, ScalarKind::row, ScalarTypes::floats},
    {Scalar::row_mean_square, "row_mean_square", 1, ScalarKind::row, ScalarTypes::floats},
    {Scalar::row_root_mean_square, "row_rms", 1, ScalarKind::row, ScalarTypes::floats},
    {Scalar::row_maximum, "row_max", 1, ScalarKind::row, ScalarTypes::floats},
    {Scalar::row_minimum, "row_min", 1, ScalarKind::row, ScalarTypes::floats},
};

constexpr const ScalarTraits& traits_of(Scalar op) {
  return scalar_table[static_cast<std::size_t>(op)];
}

namespace detail {
constexpr bool scalar_table_is_complete() {
  std::size_t k = 0;
  for (const ScalarTraits& row : scalar_table) {
    if (row.op != static_cast<Scalar>(k++)) return false;
  }
  return k == static_cast<std::size_t>(Scalar::row_minimum) + 1;
}
static_assert(scalar_table_is_complete(), "a row for each instruction, in their order");
}  // namespace detail

/// How many instructions there are, and how many of them, the first ones, work element by element.
inline constexpr std::size_t scalar_count = std::size(scalar_table);
inline constexpr std::size_t elementwise_scalar_count =
    static_cast<std::size_t>(Scalar::select) + 1;

constexpr bool reduces_rows(Scalar op) { return traits_of(op).kind == ScalarKind::row; }

/// How many operands an instruction reads.
constexpr int operands(Scalar op) { return traits_of(op).operands; }

/// One instruction of an elementwise program. Registers are numbered: the inputs first, then the
/// result of each instruction in order.
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
