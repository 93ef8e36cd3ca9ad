#include "chronograd/graph/plan/fuse.h"

#include "chronograd/graph/plan/fusion_groups.h"
#include "chronograd/graph/plan/node_program.h"
#include "chronograd/graph/plan/program_writer.h"
#include "chronograd/graph/plan/recompute.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;
using NodeList = std::vector<std::uint32_t>;

/// Numbers the groups in the order of their first nodes and writes down the group of each node.
std::uint32_t number_kernels(const Draft& draft, FusionGroups& groups, NodeList& kernel_of) {
  std::uint32_t kernels = 0;
  kernel_of.assign(draft.nodes.size(), no_id);
  for (std::uint32_t n = 0; n < draft.nodes.size(); ++n) {
    const std::uint32_t first = groups.of(n);
    if (first == no_id) continue;
    if (kernel_of[first] == no_id) kernel_of[first] = kernels++;
    kernel_of[n] = kernel_of[first];
  }
  return kernels;
}

/// The nodes of each fused kernel, in recorded order.
std::vector<NodeList> list_kernels(std::uint32_t count, const NodeList& kernel_of) {
  std::vector<NodeList> kernels(count);
  for (std::uint32_t n = 0; n < kernel_of.size(); ++n) {
    if (kernel_of[n] != no_id) kernels[kernel_of[n]].push_back(n);
  }
  return kernels;
}

/// By value: whether it must be stored, because it is wanted or because another node than those of
/// its own fused kernel reads it.
std::vector<bool> read_elsewhere(const Draft& draft, const NodeList& kernel_of) {
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
                               kernel_of[n] != no_id && kernel_of[from] == kernel_of[n];
      if (!in_register) read[base] = true;
    }
  }
  return read;
}

}  // namespace

Fusion fuse(const Draft& draft) {
  Fusion fusion;
  Parts parts = find_parts(draft);
  FusionGroups groups(draft, parts);
  const std::uint32_t count = number_kernels(draft, groups, fusion.kernel_of);
  std::vector<bool> stored = read_elsewhere(draft, fusion.kernel_of);
  const KernelValues recomputed = find_recomputed(draft, fusion.kernel_of, stored);
  const std::vector<NodeList> kernels = list_kernels(count, fusion.kernel_of);
  ProgramWriter writer(draft, parts, recomputed);
  fusion.kernels.reserve(kernels.size());
  for (const NodeList& nodes : kernels) fusion.kernels.push_back(writer.write(nodes, stored));
  fusion.boxes = std::move(parts.boxes);
  return fusion;
}

}  // namespace chronograd::plan
