#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/graph/parameter.h"

namespace chronograd {

using NodeId = std::uint32_t;
using OutputId = std::uint32_t;
inline constexpr std::uint32_t no_id = 0xffffffff;

/// One node of a recording, to look at. Valid until the tape records more or ends.
class NodeView {
 public:
  NodeView(const detail::Recording& recording, NodeId id) : recording_(&recording), id_(id) {}

  NodeId id() const { return id_; }
  const Op& op() const;
  std::string_view name() const { return op().name; }
  std::span<const OutputId> inputs() const;
  /// The outputs are numbered without gaps from the first.
  OutputId first_output() const;
  int outputs() const;
  Attributes attributes() const;
  /// Bits of the inputs whose rows may be stacked, see Algebra::stacks.
  std::uint32_t stacked_inputs() const;
  /// "model/encoder/lstm"; empty outside of any scope.
  std::string_view scope() const { return place().scope; }
  /// Scope, time step and source line.
  Place place() const;
  /// For a node of a gradient, the node it is the gradient of.
  bool is_gradient() const { return partner() != no_id; }
  NodeId partner() const;
  /// For the leaf that reads a parameter and for an assign, that parameter; else null.
  const Parameter* parameter() const;
  /// For a C++ number given to an op, its value, in the dtype it took; else nothing.
  std::optional<double> number() const;

 private:
  const detail::Recording* recording_;
  NodeId id_;
};

/// What a tape has recorded: nodes in the order of their recording, which is topological, each
/// with numbered inputs and outputs.
class RecordingView {
 public:
  explicit RecordingView(const detail::Recording& recording) : recording_(&recording) {}

  std::size_t size() const;
  NodeView operator[](NodeId id) const { return {*recording_, id}; }
  std::size_t outputs() const;

  NodeId node_of(OutputId output) const;
  Shape shape(OutputId output) const;
  DType dtype(OutputId output) const;
  /// The role given by `named` or `split`, as "input_gate"; empty without one.
  std::string_view role(OutputId output) const;
  /// Whether the numbers are there, and whether a user holds a handle that waits for them.
  bool computed(OutputId output) const;
  bool held(OutputId output) const;

  /// The same for equal structures: ops, wiring, shapes, dtypes and integer attributes.
  std::uint64_t structural_hash() const;

 private:
  const detail::Recording* recording_;
};

}  // namespace chronograd
