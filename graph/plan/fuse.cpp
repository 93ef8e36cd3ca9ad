#include "chronograd/graph/plan/fuse.h"

#include "chronograd/graph/plan/groups.h"
#include "chronograd/graph/plan/node_program.h"
#include "chronograd/graph/plan/program_writer.h"
#include "chronograd/graph/plan/recompute.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;
using NodeList = std::vector<std::uint32_t>;

/// Tells of each node its pass, in the order of their first nodes.
std::uint32_t number_passes(const Draft& draft, Groups& groups, NodeList& pass_of) {
  std::uint32_t passes = 0;
  pass_of.assign(draft.nodes.size(), no_id);
  for (std::uint32_t n = 0; n < draft.nodes.size(); ++n) {
    const std::uint32_t first = groups.of(n);
    if (first == no_id) continue;
    if (pass_of[first] == no_id) pass_of[first] = passes++;
    pass_of[n] = pass_of[first];
  }
  return passes;
}

/// The nodes of each pass.
std::vector<NodeList> list_passes(std::uint32_t count, const NodeList& pass_of) {
  std::vector<NodeList> passes(count);
  for (std::uint32_t n = 0; n < pass_of.size(); ++n) {
    if (pass_of[n] != no_id) passes[pass_of[n]].push_back(n);
  }
  return passes;
}

/// By value: whether it is wanted, or something but its own pass reads it.
std::vector<bool> read_elsewhere(const Draft& draft, const NodeList& pass_of) {
  std::vector<bool> read(draft.values.size());
  for (std::uint32_t n = 0; n < draft.nodes.size(); ++n) {
    const Draft::Node& node = draft.nodes[n];
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      if (draft.values[v].wanted) read[draft.values[v].base] = true;
    }
    if (node.kind == Kind::view) continue;
    for (const ValueId input : draft.inputs_of(node)) {
      const ValueId base = draft.values[input].base;
      const std::uint32_t from = draft.values[base].node;
      const bool in_register = from != no_id && in_registers(draft, input) == base &&
                               pass_of[n] != no_id && pass_of[from] == pass_of[n];
      if (!in_register) read[base] = true;
    }
  }
  return read;
}

}  // namespace

Fusion fuse(const Draft& draft) {
  Fusion fusion;
  Parts parts = find_parts(draft);
  Groups groups(draft, parts);
  const std::uint32_t count = number_passes(draft, groups, fusion.pass_of);
  std::vector<bool> stored = read_elsewhere(draft, fusion.pass_of);
  const PassValues recomputed = find_recomputed(draft, fusion.pass_of, stored);
  const std::vector<NodeList> passes = list_passes(count, fusion.pass_of);
  ProgramWriter writer(draft, parts, recomputed);
  fusion.passes.reserve(passes.size());
  for (const NodeList& nodes : passes) fusion.passes.push_back(writer.write(nodes, stored));
  fusion.boxes = std::move(parts.boxes);
  return fusion;
}

}  // namespace chronograd::plan
