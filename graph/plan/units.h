#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/memory/numbering.h"
#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"

namespace chronograd::plan {

/// What the schedule puts in order: a fused kernel, or a node that runs by itself. Views do not
/// run.
struct Unit {
  std::uint32_t index;  ///< the number of the fused kernel or node
  bool is_fused;
  std::uint32_t waits_for = 0;  ///< how many of its inputs are not computed yet
  std::uint32_t followers = 0;  ///< its urgency: the length of the longest chain that waits for it
  std::uint32_t key = no_id;    ///< equal for units that can run as one
  std::uint32_t stacks = 0;     ///< bits of the inputs that are joined when they do
};

/// The units of a draft, and which of them read what others compute.
class Units {
 public:
  Units(const Draft& draft, const Fusion& fusion, const detail::Recording& recording);

  std::size_t size() const { return units_.size(); }
  std::size_t keys() const { return keys_; }
  Unit& operator[](std::uint32_t u) { return units_[u]; }
  const Unit& operator[](std::uint32_t u) const { return units_[u]; }
  /// The units that read results of a unit; one that reads several is there for each input.
  std::span<const std::uint32_t> readers(std::uint32_t u) const {
    return std::span(readers_).subspan(first_reader_[u], first_reader_[u + 1] - first_reader_[u]);
  }

 private:
  template <class F>
  void for_each_input(const Unit& unit, F f) const;
  std::uint32_t unit_of(ValueId value) const;
  void number_units();
  void connect();
  void count_followers();
  void find_keys();
  bool write_key(Unit& unit, detail::Numbering& kinds) const;

  const Draft& draft_;
  const Fusion& fusion_;
  const detail::Recording& recording_;
  std::vector<Unit> units_;
  std::vector<std::uint32_t> unit_of_node_;
  std::vector<std::uint32_t> first_reader_;
  std::vector<std::uint32_t> readers_;
  std::size_t keys_ = 0;
};

}  // namespace chronograd::plan
