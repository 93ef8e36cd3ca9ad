#include "chronograd/graph/record/structure.h"

#include <algorithm>
#include <span>

#include "chronograd/graph/memory/numbering.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::detail {
namespace {

/// The nodes from `begin` to `end`, and what belongs to them in the other lists of the recording.
struct Section {
  Section(const Recording& r, std::size_t begin, std::size_t end)
      : nodes(r.nodes.data() + begin, end - begin) {
    if (nodes.empty()) return;
    const Node& first = nodes.front();
    const Node& last = nodes.back();
    outputs = {r.outputs.data() + first.first_output,
               r.outputs.data() + last.first_output + last.outputs};
    inputs = {r.inputs.data() + first.first_input,
              r.inputs.data() + last.first_input + last.inputs};
    integers = {r.integers.data() + first.first_integer,
                r.integers.data() + last.first_integer + last.integers};
  }

  std::span<const Node> nodes;
  std::span<const Output> outputs;
  std::span<const OutputId> inputs;
  std::span<const std::int64_t> integers;
};

bool of_gradient(const Node& node) { return node.partner != no_id; }

template <class A, class B>
bool same_counts(const A& a, const B& b) {
  return a.op == b.op && a.inputs == b.inputs && a.outputs == b.outputs &&
         a.integers == b.integers && a.slots == b.slots;
}

// Compares outputs, or what was inferred of them.
constexpr auto same_type = [](const auto& a, const auto& b) {
  return a.shape == b.shape && a.dtype == b.dtype;
};

}  // namespace

Structure::Structure(const Recording& recording, NodeId begin) {
  const Section section{recording, begin, recording.nodes.size()};
  Numbering numbers;
  nodes_.reserve(section.nodes.size());
  for (const Node& n : section.nodes) {
    const std::span outputs{recording.outputs.data() + n.first_output, n.outputs};
    numbers << n.op << n.inputs << n.integers << n.slots << of_gradient(n);
    for (const Output& o : outputs) numbers << o.shape << static_cast<std::uint64_t>(o.dtype);
    nodes_.push_back(numbers.number());
    if (nodes_.back() < signatures_.size()) continue;
    signatures_.push_back({n.op, n.inputs, n.outputs, n.integers, n.slots,
                           static_cast<std::uint32_t>(types_.size()), of_gradient(n)});
    for (const Output& o : outputs) types_.push_back({o.shape, o.dtype});
  }
  inputs_.assign(section.inputs.begin(), section.inputs.end());
  integers_.assign(section.integers.begin(), section.integers.end());
}

bool Structure::is_of(const Recording& recording, NodeId begin) const {
  const Section section{recording, begin, recording.nodes.size()};
  const auto same_node = [&](std::uint32_t k, const Node& node) {
    const Signature& signature = signatures_[k];
    return same_counts(signature, node) && signature.of_gradient == of_gradient(node) &&
           std::equal(types_.begin() + signature.first_type,
                      types_.begin() + signature.first_type + signature.outputs,
                      recording.outputs.data() + node.first_output, same_type);
  };
  return std::ranges::equal(inputs_, section.inputs) &&
         std::ranges::equal(integers_, section.integers) &&
         std::ranges::equal(nodes_, section.nodes, same_node);
}

std::size_t Structure::bytes() const {
  return signatures_.size() * sizeof(Signature) + types_.size() * sizeof(Inference::Output) +
         nodes_.size() * sizeof(std::uint32_t) + inputs_.size() * sizeof(OutputId) +
         integers_.size() * sizeof(std::int64_t);
}

bool begin_alike(const Recording& a, const Recording& b, std::size_t nodes) {
  if (std::min(a.nodes.extent(), b.nodes.extent()) < nodes) return false;
  const Section x{a, 0, nodes};
  const Section y{b, 0, nodes};
  const auto same_node = [](const Node& m, const Node& n) {
    return same_counts(m, n) && m.partner == n.partner;
  };
  return std::ranges::equal(x.nodes, y.nodes, same_node) &&
         std::ranges::equal(x.inputs, y.inputs) && std::ranges::equal(x.integers, y.integers) &&
         std::ranges::equal(x.outputs, y.outputs, same_type);
}

}  // namespace chronograd::detail
