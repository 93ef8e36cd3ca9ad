#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/recompute.h"

namespace chronograd::plan {

/// Writes the programs of fused kernels, one after the other, in the order of their numbers.
class ProgramWriter {
 public:
  ProgramWriter(const Draft& draft, const Parts& parts, const KernelValues& recomputed);

  /// The next fused kernel: of these nodes, in topological order. It stores the results that are
  /// read elsewhere.
  FusedKernel write(std::span<const std::uint32_t> nodes, const std::vector<bool>& read_elsewhere);

 private:
  int read(ValueId value);
  int compute(std::uint32_t node);
  int read_part(ValueId value, std::uint32_t box, Shape of);
  int compute_part(ValueId value, std::uint32_t box);
  int emit(const Draft::Node& node, std::span<const int> operands);
  void number_registers();

  struct Seen {
    std::uint32_t stamp = 0;
    int number = 0;
  };
  struct Part {
    ValueId value;
    std::uint32_t box;
    int number;
  };
  struct Emitted {
    Scalar op;
    int a, b, c;
  };

  const Draft& draft_;
  const Parts& parts_;
  const KernelValues& recomputed_;
  // How many inputs a program has is not known before it is written. Until then the inputs have
  // negative numbers, and the results those from 0 on.
  std::vector<Seen> seen_;  ///< by value
  std::uint32_t stamp_ = 0;
  std::uint32_t number_ = 0;  ///< of the fused kernel
  FusedKernel kernel_;
  std::vector<Emitted> code_;
  std::vector<Part> seen_parts_;
};

}  // namespace chronograd::plan
