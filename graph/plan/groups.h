#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/parts.h"

namespace chronograd::plan {

/// A program has 256 registers; some are left for what it computes again (see `recompute.h`).
inline constexpr std::uint32_t most_registers_of_group = 240;

/// The nodes that run as one program: elementwise ones of one shape that follow each other, with no
/// other node in between, or that read nothing but what such a program reads anyway, and with them
/// reductions of their rows.
class Groups {
 public:
  /// What is computed part by part is in none; nodes that are too long for it no longer are.
  Groups(const Draft& draft, Parts& parts);

  /// The first node of the group that a node is in; no_id if it is in none.
  std::uint32_t of(std::uint32_t node);

 private:
  struct Group {
    std::uint32_t weight = 0;  ///< how many registers at most
    std::uint32_t widest = 0;  ///< the node whose shape it goes over
    std::uint32_t level = 0;
    DType dtype = DType::f32;  ///< of its registers
    bool elementwise = false;  ///< not reductions only
    bool reduces = false;
    bool of_rows_too = false;  ///< some of its nodes are one number for each row

    bool possible() const;  ///< as one program
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
