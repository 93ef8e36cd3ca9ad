#pragma once

#include <concepts>
#include <string>

#include "chronograd/graph/source_line.h"
#include "chronograd/graph/tensor.h"

namespace chronograd {

class Parameter;

/// What an op takes: a tensor, a parameter or a number, and the line it was given on. Made by
/// implicit conversion in the call; not for storing.
///
/// One made of a temporary tensor, as `a * b` in `exp(a * b)`, can be moved on to the op that reads
/// it last (`apply(op, std::move(x))`), which then lets the tensor go. So nobody holds the numbers
/// of `a * b` until the whole expression is over. A copy leaves the tensor as it is.
class Operand {
 public:
  Operand(const Tensor& tensor, const char* file = __builtin_FILE(),
          unsigned line = __builtin_LINE())
      : source(&tensor), kind(Kind::tensor), where{file, line} {}
  Operand(Tensor&& tensor, const char* file = __builtin_FILE(), unsigned line = __builtin_LINE())
      : source(&tensor), kind(Kind::tensor), temporary(true), where{file, line} {}
  Operand(const Parameter& parameter, const char* file = __builtin_FILE(),
          unsigned line = __builtin_LINE())
      : source(&parameter), kind(Kind::parameter), where{file, line} {}
  /// A number takes the dtype of the other operands.
  template <class Number>
  requires(std::integral<Number> || std::floating_point<Number>)
      Operand(Number value, const char* file = __builtin_FILE(), unsigned line = __builtin_LINE())
      : kind(Kind::number), number(static_cast<double>(value)), where{file, line} {}

  /// Not the compiler's own: calls then pass its address. A trivial one they build aside and copy
  /// to the stack, and wait for it longer than all else takes that records a node.
  Operand(const Operand& other) noexcept
      : source(other.source), kind(other.kind), number(other.number), where(other.where) {}
  Operand(Operand&& other) noexcept
      : source(other.source),
        kind(other.kind),
        temporary(other.temporary),
        number(other.number),
        where(other.where) {}

  enum class Kind : std::uint8_t { tensor, parameter, number };

  const Tensor& tensor() const { return *static_cast<const Tensor*>(source); }
  const Parameter& parameter() const { return *static_cast<const Parameter*>(source); }

  const void* source = nullptr;
  Kind kind;
  bool temporary = false;  ///< whether the tensor may be let go, since nobody else can name it
  double number = 0;
  SourceLine where;
};

/// The shape or dtype of an operand; a number is a scalar of f32.
Shape shape_of(const Operand& operand);
DType dtype_of(const Operand& operand);

}  // namespace chronograd
