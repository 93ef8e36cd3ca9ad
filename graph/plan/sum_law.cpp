#include "chronograd/graph/plan/sum_law.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/memory/numbering.h"
#include "chronograd/graph/plan/node_program.h"
#include "chronograd/graph/plan/stretches.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

class SumLaw {
 public:
  SumLaw(Draft& draft, const detail::Recording& recording)
      : draft_(draft), recording_(recording), absorbed_(draft.nodes.size()) {}

  void apply() {
    for (std::uint32_t n = static_cast<std::uint32_t>(draft_.nodes.size()); n-- > 0;) {
      if (!absorbed_[n] && adds(draft_.nodes[n])) try_root(n);
    }
    for (const std::uint32_t n : kept_) absorbed_[n] = false;
    if (replacements_.empty()) return;
    split_long_sums();
    rebuild();
  }

 private:
  /// What is computed instead of the last addition of a sum.
  struct Replacement {
    std::vector<std::vector<std::uint32_t>> sums;  ///< each joins these nodes
    std::vector<ValueId> rest;                     ///< the terms that are added to the sums
  };

  bool adds(const Draft::Node& node) const {
    if (node.kind != Kind::elementwise) return false;
    const auto code = node.op->program.code;
    if (code.size() != 1 || code[0].op != Scalar::add || node.inputs != 2) return false;
    const Draft::Value& out = draft_.values[node.first_value];
    const auto in = draft_.inputs_of(node);
    return is_floating(out.dtype) && draft_.values[in[0]].shape == out.shape &&
           draft_.values[in[1]].shape == out.shape;
  }

  // Whether the sum is the only one that needs the value.
  bool only_summed(ValueId v) const {
    const Draft::Value& value = draft_.values[v];
    return value.uses == 1 && !value.wanted && value.base == v && value.node != no_id;
  }

  /// The axes that the node sums over, one of each input. Empty if the op has no such law, or if a
  /// fused kernel can run the node.
  std::vector<int> summed_axes(const Draft::Node& node) const {
    if (node.kind != Kind::kernel || node.values != 1 || node.op->algebra.sums_over == nullptr ||
        node.op->algebra.random || recording_.nodes[node.recorded].slots > 0 ||
        has_program(draft_, node)) {
      return {};
    }
    return node.op->algebra.sums_over(*NodeInference(draft_, recording_, node));
  }

  /// Writes down what must be equal for nodes to be joined: all but the sizes along the axes that
  /// are summed over.
  void write_kind(const Draft::Node& node, const std::vector<int>& axes,
                  detail::Numbering& kinds) const {
    kinds << node.op << recording_.integers_of(recording_.nodes[node.recorded]) << node.inputs;
    for (std::uint32_t k = 0; k < node.inputs; ++k) {
      const Draft::Value& value = draft_.values[draft_.inputs_of(node)[k]];
      kinds << static_cast<std::uint64_t>(value.dtype) << value.shape.with(axes[k], 1)
            << static_cast<std::uint64_t>(axes[k]);
    }
  }

  // x W + h U is a sum of products as well, but to join W and U, which lie apart, costs more than
  // one product fewer wins.
  bool joining_copies_much(const Draft::Node& a, const Draft::Node& b) const {
    std::int64_t copied = 0;
    for (std::uint32_t k = 0; k < a.inputs; ++k) {
      const Draft::Value& x = draft_.values[draft_.inputs_of(a)[k]];
      const Draft::Value& y = draft_.values[draft_.inputs_of(b)[k]];
      const bool there_already = draft_.producer(x.base) == nullptr;
      if (there_already && x.base != y.base) copied += x.shape.size();
    }
    return copied > draft_.values[a.first_value].shape.size();
  }

  /// Lists of terms that may be joined. Several lists may be of one kind, since joining all of it
  /// would copy too much.
  struct Terms {
    std::vector<std::vector<std::uint32_t>> list;
    detail::Numbering kinds;
    std::vector<std::vector<std::size_t>> by_kind;
  };

  // Of many lists of one kind only the latest are tried, so that the search does not grow with
  // them.
  static constexpr std::size_t most_tried = 8;

  std::vector<std::uint32_t>& group_of(Terms& terms, std::uint32_t n,
                                       const std::vector<int>& axes) const {
    write_kind(draft_.nodes[n], axes, terms.kinds);
    const std::uint32_t kind = terms.kinds.number();
    terms.by_kind.resize(terms.kinds.size());
    std::vector<std::size_t>& alike = terms.by_kind[kind];
    for (std::size_t k = alike.size(), tried = 0; k-- > 0 && tried < most_tried; ++tried) {
      auto& group = terms.list[alike[k]];
      if (!joining_copies_much(draft_.nodes[group.front()], draft_.nodes[n])) return group;
    }
    alike.push_back(terms.list.size());
    return terms.list.emplace_back();
  }

  void try_root(std::uint32_t root) {
    std::vector<ValueId> stack;
    std::vector<ValueId> rest;
    std::vector<std::uint32_t> inner;
    Terms terms;
    // An addition within this sum does not begin a sum of its own, whether this sum is joined or
    // not.
    const auto open = [&](const Draft::Node& node) {
      for (const ValueId v : draft_.inputs_of(node)) stack.push_back(v);
    };
    open(draft_.nodes[root]);
    while (!stack.empty()) {
      const ValueId v = stack.back();
      stack.pop_back();
      const std::uint32_t n = draft_.values[v].node;
      if (!only_summed(v)) {
        rest.push_back(v);
      } else if (adds(draft_.nodes[n])) {
        absorbed_[n] = true;
        inner.push_back(n);
        open(draft_.nodes[n]);
      } else if (const auto axes = summed_axes(draft_.nodes[n]); !axes.empty()) {
        group_of(terms, n, axes).push_back(n);
      } else {
        rest.push_back(v);
      }
    }
    Replacement replacement;
    for (auto& group : terms.list) {
      if (group.size() == 1) {
        rest.push_back(draft_.nodes[group.front()].first_value);
      } else {
        replacement.sums.push_back(std::move(group));
      }
    }
    if (replacement.sums.empty()) {
      for (const std::uint32_t n : inner) kept_.push_back(n);
      return;
    }
    for (const auto& group : replacement.sums) {
      for (const std::uint32_t n : group) absorbed_[n] = true;
    }
    absorbed_[root] = true;
    std::ranges::reverse(rest);
    replacement.rest = std::move(rest);
    replacements_.emplace(root, std::move(replacement));
  }

  void split_long_sums() {
    std::vector<Stretches::Sum> sums;
    for (auto& [root, replacement] : replacements_) {
      for (auto& terms : replacement.sums) {
        auto axes = summed_axes(draft_.nodes[terms.front()]);
        sums.push_back({std::move(terms), std::move(axes)});
      }
    }
    const Stretches stretches(draft_, absorbed_, sums);
    auto sum = sums.begin();
    for (auto& [root, replacement] : replacements_) {
      const std::size_t count = replacement.sums.size();
      replacement.sums.clear();
      for (std::size_t k = 0; k < count; ++k, ++sum) {
        std::ranges::move(stretches.of(*sum), std::back_inserter(replacement.sums));
      }
    }
  }

  void rebuild() {
    detail::LongList<Draft::Node> old = std::move(draft_.nodes);
    draft_.nodes.clear();
    for (std::uint32_t n = 0; n < old.size(); ++n) {
      if (!absorbed_[n]) {
        append(old[n]);
      } else if (const auto found = replacements_.find(n); found != replacements_.end()) {
        replace(old, n, found->second);
      }
    }
  }

  void append(const Draft::Node& node) {
    for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
      draft_.values[v].node = static_cast<std::uint32_t>(draft_.nodes.size());
    }
    draft_.nodes.push_back(node);
  }

  ValueId new_value(ValueId like) {
    Draft::Value value = draft_.values[like];
    const auto id = static_cast<ValueId>(draft_.values.size());
    value.base = id;
    value.output = no_id;
    value.uses = 1;
    value.wanted = value.asked = false;
    draft_.values.push_back(value);
    return id;
  }

  void replace(const detail::LongList<Draft::Node>& old, std::uint32_t root,
               const Replacement& replacement) {
    const ValueId result = old[root].first_value;
    std::vector<ValueId> terms = replacement.rest;
    for (const auto& group : replacement.sums) {
      const bool all = terms.empty() && replacement.sums.size() == 1;
      Draft::Node sum = old[group.front()];
      sum.kind = Kind::sum;
      sum.first_input = static_cast<std::uint32_t>(draft_.inputs.size());
      sum.inputs = 0;
      sum.first_summed = static_cast<std::uint32_t>(draft_.summed.size());
      sum.summed = static_cast<std::uint32_t>(group.size());
      for (const std::uint32_t n : group) {
        draft_.summed.push_back(old[n].recorded);
        for (std::uint32_t k = 0; k < old[n].inputs; ++k) {
          draft_.inputs.push_back(draft_.inputs[old[n].first_input + k]);
        }
        sum.inputs += old[n].inputs;
      }
      sum.first_value = all ? result : new_value(result);
      append(sum);
      if (!all) terms.push_back(sum.first_value);
    }
    if (terms.empty()) return;
    ValueId total = terms.front();
    for (std::size_t k = 1; k < terms.size(); ++k) {
      Draft::Node add = old[root];
      add.first_input = static_cast<std::uint32_t>(draft_.inputs.size());
      draft_.inputs.push_back(total);
      draft_.inputs.push_back(terms[k]);
      total = k + 1 == terms.size() ? result : new_value(result);
      add.first_value = total;
      append(add);
    }
  }

  Draft& draft_;
  const detail::Recording& recording_;
  std::vector<bool> absorbed_;
  std::vector<std::uint32_t> kept_;  ///< additions within sums that stay as they are
  std::map<std::uint32_t, Replacement> replacements_;
};

}  // namespace

void apply_sum_law(Draft& draft, const detail::Recording& recording) {
  SumLaw(draft, recording).apply();
}

}  // namespace chronograd::plan
