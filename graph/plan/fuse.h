#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/parts.h"

namespace chronograd::plan {

/// Nodes that run as one program over all elements of `shape`: elementwise ones, reductions of the
/// rows of that shape, and elementwise ones of the results of these, one number for each row.
struct FusedKernel {
  struct Input {
    ValueId value;
    /// The part of the value that is read, a number of Fusion::boxes; no_id: all of it.
    std::uint32_t box = no_id;
    Shape boxed{};  ///< the shape that the value is broadcast to before a part of it is taken
  };
  struct Store {
    int from;  ///< the register
    ValueId value;
  };

  std::vector<Instruction> code;  ///< registers: the inputs first
  std::vector<Input> inputs;
  std::vector<Store> stores;
  Shape shape;
  DType compute;
  NodeId recorded;  ///< the first of its nodes
};

/// An instruction as a number, to hash it and to tell it from others.
inline std::uint64_t bits_of(const Instruction& i) {
  return std::uint64_t{static_cast<std::uint8_t>(i.op)} << 24 | std::uint64_t{i.a} << 16 |
         std::uint64_t{i.b} << 8 | std::uint64_t{i.c};
}

struct Fusion {
  std::vector<FusedKernel> kernels;
  std::vector<Box> boxes;
  /// By node: its fused kernel; no_id for a node that runs by itself, and for one that the fused
  /// kernels of its readers compute.
  std::vector<std::uint32_t> kernel_of;
};

/// Pass: elementwise nodes of one shape become one program, a fused kernel, if no other node stands
/// between them. Its steps are passes as well:
///
///     find_parts        an elementwise result that is only read in parts (the gates of a split) is
///                       computed part by part by the kernels that read the parts
///     FusionGroups      which nodes are in one kernel, with the reductions of their rows
///     find_recomputed   which values a kernel computes again, instead of reading them from memory
///     ProgramWriter     the program of each group
Fusion fuse(const Draft& draft);

}  // namespace chronograd::plan
