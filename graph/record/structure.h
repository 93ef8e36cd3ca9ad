#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/graph/recording.h"

namespace chronograd::detail {

class Recording;

/// What a plan depends on of the last nodes of a recording: ops, inputs, integers, shapes, dtypes
/// and the numbers of slots. It is kept with the plan, to be compared with later recordings.
class Structure {
 public:
  /// The structure of the nodes from `begin` on.
  Structure(const Recording& recording, NodeId begin);

  /// Whether the nodes of the recording from `begin` on have this structure.
  bool is_of(const Recording& recording, NodeId begin) const;
  std::size_t nodes() const { return nodes_.size(); }
  std::size_t bytes() const;

 private:
  /// Most nodes differ from an earlier one in their inputs and integers only. What they have in
  /// common is kept once.
  struct Signature {
    const Op* op;
    std::uint32_t inputs;
    std::uint32_t outputs;
    std::uint32_t integers;
    std::uint32_t slots;
    std::uint32_t first_type;
    bool of_gradient;
  };
  std::vector<Signature> signatures_;
  std::vector<Inference::Output> types_;  ///< of the outputs, signature by signature
  std::vector<std::uint32_t> nodes_;      ///< by node: its signature
  std::vector<OutputId> inputs_;
  std::vector<std::int64_t> integers_;
};

/// Whether the first `nodes` nodes of both have the same structure.
bool begin_alike(const Recording& a, const Recording& b, std::size_t nodes);

}  // namespace chronograd::detail
