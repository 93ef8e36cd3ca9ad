#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/recompute.h"

namespace chronograd::plan {

/// Writes the programs of groups of nodes.
class ProgramWriter {
 public:
  ProgramWriter(const Draft& draft, const Parts& parts, const PassValues& recomputed);

  /// The next pass, of these nodes in topological order, that stores the results that are read
  /// elsewhere.
  Pass write(std::span<const std::uint32_t> nodes, const std::vector<bool>& read_elsewhere);

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
  struct Step {
    Scalar op;
    int a, b, c;
  };

  const Draft& draft_;
  const Parts& parts_;
  const PassValues& recomputed_;
  // While a program is written its inputs have negative numbers, its results those from 0 on.
  std::vector<Seen> seen_;  ///< by value
  std::uint32_t stamp_ = 0;
  std::uint32_t number_ = 0;  ///< of the pass
  Pass pass_;
  std::vector<Step> code_;
  std::vector<Part> seen_parts_;
};

}  // namespace chronograd::plan
