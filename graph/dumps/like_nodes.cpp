#include "chronograd/graph/dumps/like_nodes.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace chronograd::detail {
namespace {

bool same_kind(const RecordingView& recording, NodeId a, NodeId b) {
  const NodeView x = recording[a];
  const NodeView y = recording[b];
  if (&x.op() != &y.op() || x.outputs() != y.outputs()) return false;
  for (int k = 0; k < x.outputs(); ++k) {
    const OutputId p = x.first_output() + static_cast<OutputId>(k);
    const OutputId q = y.first_output() + static_cast<OutputId>(k);
    if (recording.role(p) != recording.role(q) || recording.dtype(p) != recording.dtype(q) ||
        recording.shape(p) != recording.shape(q)) {
      return false;
    }
  }
  return true;
}

}  // namespace

LikeNodes::LikeNodes(const Outline& outline, bool fold)
    : drawn_for_(outline.recording().size()),
      count_(drawn_for_.size(), 1),
      in_step_(drawn_for_.size()) {
  std::iota(drawn_for_.begin(), drawn_for_.end(), NodeId{0});
  for (const Outline::Scope& scope : outline.scopes()) {
    for (const auto* sections : {&scope.forward, &scope.gradient}) {
      std::vector<std::uint32_t> firsts;
      for (const std::uint32_t k : *sections) {
        const Outline::Section& section = outline.section(k);
        if (steps_.size() <= k) steps_.resize(k + std::size_t{1});
        steps_[k].push_back(section.step);
        for (const NodeId v : section.nodes) in_step_[v] = section.step != Outline::outside_steps;
        if (!fold) continue;
        if (section.step != Outline::outside_steps) {
          fold_step(outline, k, firsts);
        } else if (section.gradient) {
          fold_gradients(outline, section.nodes);
        }
      }
    }
  }
}

void LikeNodes::draw(NodeId first, NodeId node) {
  drawn_for_[node] = first;
  ++count_[first];
}

void LikeNodes::fold_step(const Outline& outline, std::uint32_t section,
                          std::vector<std::uint32_t>& firsts) {
  const std::vector<NodeId>& nodes = outline.section(section).nodes;
  const auto like = [&](NodeId a, NodeId b) { return same_kind(outline.recording(), a, b); };
  const auto first = std::ranges::find_if(firsts, [&](std::uint32_t k) {
    return std::ranges::equal(nodes, outline.section(k).nodes, like);
  });
  if (first == firsts.end()) return firsts.push_back(section);
  steps_[*first].push_back(outline.section(section).step);
  const std::vector<NodeId>& drawn = outline.section(*first).nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) draw(drawn[i], nodes[i]);
}

// Only many are folded: the two gradients of a product are worth seeing.
void LikeNodes::fold_gradients(const Outline& outline, std::span<const NodeId> nodes) {
  constexpr std::size_t few = 3;
  const RecordingView recording = outline.recording();
  std::map<NodeId, std::vector<std::vector<NodeId>>> kinds;  // by partner
  for (const NodeId v : nodes) {
    std::vector<std::vector<NodeId>>& of_partner = kinds[recording[v].partner()];
    const auto kind = std::ranges::find_if(of_partner, [&](const std::vector<NodeId>& others) {
      return same_kind(recording, others[0], v);
    });
    (kind == of_partner.end() ? of_partner.emplace_back() : *kind).push_back(v);
  }
  for (const auto& [partner, of_partner] : kinds) {
    for (const std::vector<NodeId>& kind : of_partner) {
      if (kind.size() <= few) continue;
      for (const NodeId v : std::span(kind).subspan(1)) draw(kind[0], v);
    }
  }
}

std::string LikeNodes::name(std::uint32_t section) const {
  std::vector<std::int32_t> steps = steps_[section];
  if (steps.size() == 1) return "step " + std::to_string(steps[0]);
  std::ranges::sort(steps);
  std::string text = "steps ";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::size_t begin = i;
    while (i + 1 < steps.size() && steps[i + 1] == steps[i] + 1) ++i;
    text += (begin == 0 ? "" : ", ") + std::to_string(steps[begin]);
    if (i > begin) text += ".." + std::to_string(steps[i]);
  }
  return text;
}

}  // namespace chronograd::detail
