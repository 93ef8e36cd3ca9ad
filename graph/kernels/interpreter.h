#pragma once

#include <memory>
#include <span>

#include "chronograd/graph/array.h"
#include "chronograd/graph/scalar.h"

namespace chronograd::detail {

/// What a pass stores: register `from` goes to `to`.
struct Store {
  int from;
  Array to;
};

/// Runs an elementwise program in one pass over all elements of `shape`, tile by tile. Inputs are
/// registers 0.. in order; each is broadcast to `shape` (its shape aligned at the last axis, sizes
/// of 1 repeat) and may have any strides and any dtype: it is converted to `compute`, the dtype of
/// the registers, as it is read. Stores have exactly `shape`, any strides, and convert as they are
/// written (boolean: != 0). A store may share memory with an input of the same shape, strides and
/// element size.
///
/// Instructions may reduce the rows along the last axis. What they make, what an input repeats
/// along that axis, and what is computed of such alone is one number for each row; it may also be
/// stored as that, where the last axis has the size 1 or the stride 0.
void interpret(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores);

/// The same, prepared once for arrays of equal shapes, strides and dtypes, and run for any number
/// of them, on up to `threads()` threads. The arrays given to prepare it show by their addresses
/// which share memory; nothing is read from them.
class PreparedPass {
 public:
  PreparedPass(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores);
  ~PreparedPass();
  PreparedPass(const PreparedPass&) = delete;
  PreparedPass& operator=(const PreparedPass&) = delete;

  /// Runs `count` times; `data` has the addresses of the inputs and then the stores, each time.
  void run(std::span<std::byte* const> data, std::size_t count) const;

  class Tiling;

 private:
  std::unique_ptr<const Tiling> tiling_;
};

}  // namespace chronograd::detail
