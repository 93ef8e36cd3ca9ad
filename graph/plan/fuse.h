#pragma once

#include <cstdint>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/parts.h"

namespace chronograd::plan {

/// Elementwise nodes that run as one program, element by element, over `shape`, with reductions
/// of its rows and what is computed of those.
struct Pass {
  struct Input {
    ValueId value;
    std::uint32_t box =
        no_id;      ///< no_id: broadcast to `shape`; else this part of what is broadcast
    Shape boxed{};  ///< what the value is broadcast to before the part is taken
  };
  struct Store {
    int from;  ///< register
    ValueId value;
  };

  std::vector<Instruction> code;  ///< registers: the inputs first
  std::vector<Input> inputs;
  std::vector<Store> stores;
  Shape shape;
  DType compute;
  NodeId recorded;  ///< the first of its nodes
};

/// An instruction as a number, to hash it.
inline std::uint64_t bits_of(const Instruction& i) {
  return std::uint64_t{static_cast<std::uint8_t>(i.op)} << 24 | std::uint64_t{i.a} << 16 |
         std::uint64_t{i.b} << 8 | std::uint64_t{i.c};
}

struct Fusion {
  std::vector<Pass> passes;
  std::vector<Box> boxes;
  std::vector<std::uint32_t> pass_of;  ///< by node; no_id for those that run by themselves, or
                                       ///< within the passes of their readers only
};

/// Pass: elementwise nodes of one shape that follow each other, with no other node in between, run
/// as one program. One that is only read in parts (the gates of a split) is computed part by part
/// where those are read. Reductions of rows run within a program with what they read and what reads
/// them.
Fusion fuse(const Draft& draft);

}  // namespace chronograd::plan
