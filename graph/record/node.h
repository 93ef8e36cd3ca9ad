#pragma once

#include <cstddef>
#include <cstdint>

#include "chronograd/graph/op.h"
#include "chronograd/graph/recording.h"

namespace chronograd::detail {

/// One recorded node. What it has several of (inputs, outputs, integers, slots) stands in a list of
/// the recording, from `first_..` on.
struct Node {
  const Op* op;
  std::uint32_t first_input;
  std::uint32_t inputs;
  OutputId first_output;
  std::uint32_t outputs;
  std::uint32_t first_integer;
  std::uint32_t first_slot;
  std::uint32_t integers;
  std::uint32_t slots;
  std::int32_t step;
  NodeId partner;
  std::uint32_t scope;
  std::uint32_t line;
  std::uint32_t caller;
  std::uint32_t visit = 0;  ///< the last evaluation that needed it
  const char* file;
  std::uint64_t hash = 0;  ///< of the structure up to here
};

/// One output of a node, and its numbers once they are there.
struct Output {
  Shape shape;
  Value* handle = nullptr;  ///< set while a user's handle waits for numbers
  Buffer buffer{};
  std::byte* data = nullptr;
  Strides strides{};
  NodeId node = no_id;
  std::uint32_t role = 0;
  std::uint32_t uses = 0;  ///< while an evaluation runs: readers that have not run yet
  DType dtype = DType::f32;
  bool available = false;
  bool keep = false;   ///< while an evaluation runs: not to be freed after its last reader
  bool asked = false;  ///< while an evaluation runs: to be dense and without foreign memory

  Array array() const { return {buffer, data, shape, strides, dtype}; }
  /// Forgets the numbers.
  void release() noexcept {
    available = false;
    buffer = {};
    data = nullptr;
  }
};

}  // namespace chronograd::detail
