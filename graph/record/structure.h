#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/graph/recording.h"

namespace chronograd::detail {

class Recording;

/// What a plan depends on of the last nodes of a recording, kept to be compared with what is
/// recorded later: ops, wiring, integers, shapes and dtypes, and how many there are of each.
class Structure {
 public:
  /// That of the nodes from `begin` on.
  Structure(const Recording& recording, NodeId begin);

  /// Whether the nodes of the recording from `begin` on have this structure.
  bool is_of(const Recording& recording, NodeId begin) const;
  std::size_t nodes() const { return nodes_.size(); }
  std::size_t bytes() const;

 private:
  /// What many nodes have in common.
  struct Kind {
    const Op* op;
    std::uint32_t inputs;
    std::uint32_t outputs;
    std::uint32_t integers;
    std::uint32_t slots;
    std::uint32_t first_type;
    bool of_gradient;
  };
  std::vector<Kind> kinds_;
  std::vector<Inference::Output> types_;  ///< of the outputs of each kind
  std::vector<std::uint32_t> nodes_;      ///< the kind of each
  std::vector<OutputId> inputs_;
  std::vector<std::int64_t> integers_;
};

/// Whether the first nodes of both have the same structure.
bool begin_alike(const Recording& a, const Recording& b, std::size_t nodes);

}  // namespace chronograd::detail
