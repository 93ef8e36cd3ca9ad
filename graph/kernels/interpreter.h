#pragma once

#include <memory>
#include <span>

#include "chronograd/graph/array.h"
#include "chronograd/graph/scalar.h"

namespace chronograd::detail {

/// What a program stores: register `from` goes to `to`.
struct Store {
  int from;
  Array to;
};

/// Runs an elementwise program over all elements of `shape`, tile by tile. Inputs are
/// registers 0.. in order; each is broadcast to `shape` (its shape aligned at the last axis, sizes
/// of 1 repeat) and may have any strides and any dtype: it is converted to `compute`, the dtype of
/// the registers, as it is read. Stores have exactly `shape`, any strides, and convert as they are
/// written (boolean: != 0). A store may share memory with an input of the same shape, strides and
/// element size.
///
/// Instructions may reduce the rows along the last axis. A register then holds one number for each
/// row if such an instruction computes it, or if it is an input that repeats along that axis, or if
/// it is computed of such registers alone. It may be stored as one number for each row, where the
/// last axis of the store has the size 1 or the stride 0.
void interpret(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores);

/// Runs the program of one op: in the dtype of the output or, where that is boolean, of the first
/// input, and of booleans as i32. The last instruction's result is stored.
void interpret(std::span<const Instruction> code, std::span<const Array> inputs,
               const Array& output);

/// The same as the first one, prepared once for arrays of equal shapes, strides and dtypes, and run
/// for any number of them, on up to `threads()` threads. The arrays given to prepare it show by
/// their addresses which share memory; nothing is read from them.
class PreparedProgram {
 public:
  PreparedProgram(std::span<const Instruction> code, DType compute, Shape shape,
                  std::span<const Array> inputs, std::span<const Store> stores);
  ~PreparedProgram();
  PreparedProgram(const PreparedProgram&) = delete;
  PreparedProgram& operator=(const PreparedProgram&) = delete;

  /// Runs `count` times; `data` has the addresses of the inputs and then the stores, each time.
  void run(std::span<std::byte* const> data, std::size_t count) const;

  class Tiling;

 private:
  std::unique_ptr<const Tiling> tiling_;
};

}  // namespace chronograd::detail
