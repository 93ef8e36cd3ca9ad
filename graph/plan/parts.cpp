#include "chronograd/graph/plan/parts.h"

#include <algorithm>
#include <optional>

#include "chronograd/graph/plan/node_program.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

/// The part of dense memory of shape `of` that is seen with that offset and those strides.
std::optional<Box> box_of(Shape of, std::int64_t offset, Shape shape, Strides strides) {
  Box box{shape, {}, {}};
  std::int64_t stride = of.size();
  for (int a = 0; a < of.rank(); ++a) {
    if (of[a] == 0) return std::nullopt;
    stride /= of[a];
    box.start[static_cast<std::size_t>(a)] = offset / stride;
    offset %= stride;
  }
  std::uint32_t taken = 0;
  for (int j = 0; j < shape.rank(); ++j) {
    auto& axis = box.axis[static_cast<std::size_t>(j)];
    axis = -1;
    if (shape[j] == 1) continue;
    std::int64_t step = 1;
    for (int a = of.rank() - 1; a >= 0 && axis < 0; step *= of[a], --a) {
      if (step == strides[j] && of[a] > 1) axis = static_cast<std::int8_t>(a);
    }
    if (axis < 0 || (taken >> axis & 1) != 0) return std::nullopt;
    taken |= 1u << axis;
    if (box.start[static_cast<std::size_t>(axis)] + shape[j] > of[axis]) return std::nullopt;
  }
  return box;
}

class Finder {
 public:
  explicit Finder(const Draft& draft)
      : draft_(draft),
        parts_{std::vector<bool>(draft.nodes.size()),
               std::vector<std::uint32_t>(draft.values.size(), no_id),
               {}} {}

  // Goes from the last node to the first, since a node is decided by its readers: it is computed in
  // parts when each reader takes a part of it, or is computed in parts itself. The parts together
  // may be at most twice the whole, since what they share is computed for each.
  Parts run() {
    std::vector<bool> needed_whole(draft_.values.size());
    std::vector<std::int64_t> elements(draft_.values.size());
    std::vector<bool> counted(draft_.values.size());
    for (std::uint32_t n = static_cast<std::uint32_t>(draft_.nodes.size()); n-- > 0;) {
      const Draft::Node& node = draft_.nodes[n];
      for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
        if (draft_.values[v].wanted) needed_whole[draft_.values[v].base] = true;
      }
      if (node.kind == Kind::view) continue;
      if (node.kind == Kind::elementwise) {
        const ValueId out = node.first_value;
        parts_.in_parts[n] = !needed_whole[out] && elements[out] > 0 &&
                             elements[out] <= 2 * draft_.values[out].shape.size();
      }
      for (const ValueId input : draft_.inputs_of(node)) {
        const ValueId base = draft_.values[input].base;
        if (!elementwise(draft_.producer(base))) continue;
        if (parts_.in_parts[n] && input == base && same_registers(node, input)) {
          elements[base] = std::max(elements[base], elements[node.first_value]);
        } else if (node.kind == Kind::elementwise && !parts_.in_parts[n] && input != base &&
                   reads_part(node, input)) {
          if (!counted[input]) elements[base] += draft_.values[input].shape.size();
          counted[input] = true;
        } else {
          needed_whole[base] = true;
        }
      }
    }
    return std::move(parts_);
  }

 private:
  static bool elementwise(const Draft::Node* node) {
    return node != nullptr && node->kind == Kind::elementwise;
  }

  // Whether `reader` may take the value, an elementwise result of its shape, from a register.
  bool same_registers(const Draft::Node& reader, ValueId value) const {
    const Draft::Node* from = draft_.producer(value);
    return elementwise(from) && fits_registers(draft_, *from, reader) &&
           draft_.values[value].shape == draft_.values[reader.first_value].shape;
  }

  // Whether `reader` may compute the part it reads of an elementwise result by itself.
  bool reads_part(const Draft::Node& reader, ValueId part) {
    const Draft::Value& value = draft_.values[part];
    const Draft::Node* from = draft_.producer(value.base);
    if (!elementwise(from) || !fits_registers(draft_, *from, reader) ||
        value.shape != draft_.values[reader.first_value].shape || value.shape.empty()) {
      return false;
    }
    // A reader whose rows have one number may run within a fused kernel of longer rows, which would
    // compute the part for each element of a row.
    if (value.shape.rank() > 0 && value.shape[-1] == 1) return false;
    if (parts_.box_of_value[part] != no_id) return true;
    const auto box = box_of(draft_.values[value.base].shape,
                            value.offset / static_cast<std::int64_t>(size_of(value.dtype)),
                            value.shape, value.strides);
    if (!box) return false;
    parts_.box_of_value[part] = static_cast<std::uint32_t>(parts_.boxes.size());
    parts_.boxes.push_back(*box);
    return true;
  }

  const Draft& draft_;
  Parts parts_;
};

}  // namespace

Parts find_parts(const Draft& draft) { return Finder(draft).run(); }

}  // namespace chronograd::plan
