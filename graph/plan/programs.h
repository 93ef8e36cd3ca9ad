#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/plan.h"

namespace chronograd::plan {

using StrideList = std::array<std::int64_t, Shape::max_rank>;

/// How an operand of a fused kernel lies in memory. The inputs come first, then the stores.
struct Lane {
  static constexpr std::size_t apart = SIZE_MAX;

  DType dtype;
  StrideList strides;
  std::size_t over = apart;  ///< of a store: the input whose memory it takes over, or `apart`
  bool operator==(const Lane&) const = default;
};

/// The programs of a plan. Fused kernels with the same instructions share one, if their operands
/// have the same strides and dtypes.
class Programs {
 public:
  std::shared_ptr<const Plan::Program> program(const FusedKernel& kernel,
                                               std::span<const Lane> lanes);

 private:
  struct Known {
    std::vector<Lane> lanes;
    std::shared_ptr<const Plan::Program> program;
  };
  std::unordered_multimap<std::uint64_t, Known> known_;
};

}  // namespace chronograd::plan
