// Which nodes are fused.
//
// The idea. Elementwise nodes that follow each other need not store what is between them: one
// program goes over all elements once. Reductions of rows join in, because a program works on whole
// rows at a time, and so do elementwise nodes of their results, one number for each row.
//
// The invariant. Each node has a *level*: the largest number of borders on any way from a leaf to
// it. A border is where a value cannot stay in a register, as the result of a product, of a node of
// another shape, or of another dtype. All nodes of a group have one level. No way leads from a
// group out of it and back again, for such a way would cross a border and so raise the level: the
// groups can be run in some order.
//
// An example: a layer norm, the product that follows and its activation. m and v are one number for
// each row.
//
//     level 0                                                        level 1        level 2
//     x --- mean --- m --- sub --- square --- mean --- v --- rsqrt
//                           |                                  |
//                           '----------------- mul ------------'
//                                               |
//     '--------------- one group ---------------y ------------ matmul W ------ relu --- z
//
// The product reads y from memory, so one border is before it, and another one behind it.
//
// Groups of one level that read nothing but the same values become one, too (`join_siblings`), so
// that these values are read once: an optimizer updates a weight and its moments in one program.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/parts.h"

namespace chronograd::plan {

/// A program has 256 registers; some are left for what it computes again (see `recompute.h`).
inline constexpr std::uint32_t most_registers_of_group = 240;

/// The groups of nodes that run as one fused kernel.
class FusionGroups {
 public:
  /// Nodes that are computed part by part are in no group. One whose program is too long to be
  /// repeated for each part is taken out of `parts`.
  FusionGroups(const Draft& draft, Parts& parts);

  /// The first node of the group that a node is in; no_id if the node is in no group.
  std::uint32_t of(std::uint32_t node);

 private:
  struct Group {
    std::uint32_t weight = 0;  ///< how many registers it takes at most
    std::uint32_t widest = 0;  ///< the node whose shape it goes over
    std::uint32_t level = 0;
    DType dtype = DType::f32;  ///< of its registers
    bool elementwise = false;  ///< has nodes that are not reductions
    bool reduces = false;
    bool of_rows_too = false;  ///< has nodes that are one number for each row

    bool possible() const;  ///< whether it can be one program
  };

  std::uint32_t node_of(ValueId value) const { return draft_.values[value].node; }
  std::uint32_t leader(std::uint32_t node);
  void form();
  bool may_join(std::uint32_t node, ValueId input) const;
  bool can_wait_for(std::uint32_t node, ValueId input) const;
  bool reads_register(const Draft::Node& reader, ValueId input) const;
  Group alone(std::uint32_t node) const;
  std::optional<Group> together(const Group& a, const Group& b) const;
  bool join(std::uint32_t node, std::uint32_t level);
  void list_inputs(std::uint32_t node, std::uint32_t group, std::vector<ValueId>& inputs);
  std::vector<std::vector<ValueId>> inputs_of_groups();
  void join_siblings();
  void join_sibling(std::uint32_t a, std::uint32_t b, std::vector<std::vector<ValueId>>& inputs);

  const Draft& draft_;
  Parts& parts_;
  std::vector<std::uint32_t> level_;   ///< by value
  std::vector<std::uint32_t> leader_;  ///< by node: of its group
  std::vector<Group> groups_;          ///< by leader
  std::vector<std::uint32_t> joined_;
};

}  // namespace chronograd::plan
