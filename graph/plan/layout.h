#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <span>
#include <vector>

#include "chronograd/graph/plan/draft.h"

namespace chronograd::plan {

/// Which values are to lie one behind the other in memory. A strip is a row of elements, and each
/// element is the dense memory of a value, or a hole that a value is copied into. joining.h
/// explains what that is for.
class Layout {
 public:
  struct Piece {
    ValueId value = no_id;  ///< no_id: the value cannot lie in a strip and needs a hole
    std::int64_t bytes = 0;
  };
  struct Element {
    std::uint32_t strip;
    std::int32_t index;  ///< grows along the strip
    Piece piece;
  };
  static constexpr std::uint32_t nowhere = no_id;

  explicit Layout(std::size_t values) : element_of_(values, nowhere) {}

  /// Asks for these pieces side by side. Returns the element of the first one; those of the others
  /// follow it. A piece that is an element somewhere else already gets a hole.
  std::uint32_t want(std::span<const Piece> pieces);
  /// How many bytes of holes `want` would leave to be copied.
  std::int64_t holes(std::span<const Piece> pieces) const;

  std::uint32_t element_of(ValueId value) const { return element_of_[value]; }
  const Element& element(std::uint32_t e) const { return elements_[e]; }
  std::uint32_t next(std::uint32_t e) const { return at(e, 1); }
  const std::deque<std::uint32_t>& strip(std::uint32_t b) const { return strips_[b]; }
  std::size_t strips() const { return strips_.size(); }
  std::size_t elements() const { return elements_.size(); }

 private:
  /// The longest part of a list of pieces that lies side by side already.
  struct Anchor {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  Anchor anchor(std::span<const Piece> pieces) const;
  bool fits(std::span<const Piece> pieces, Anchor lies) const;
  bool leads_on(std::uint32_t e, std::span<const Piece> pieces, int direction,
                std::set<std::uint32_t>& strips, std::set<ValueId>& added) const;
  std::uint32_t element_there(const Piece& piece) const {
    return piece.value == no_id ? nowhere : element_of_[piece.value];
  }
  std::uint32_t at(std::uint32_t e, int distance) const;
  std::uint32_t new_element(const Piece& piece, std::uint32_t strip, std::int32_t index);
  /// Makes `piece` the neighbour of `e`; the neighbour's element, or `nowhere` if it cannot be.
  std::uint32_t extend(std::uint32_t e, const Piece& piece, int direction);
  void merge(std::uint32_t from, std::uint32_t into, int direction);

  std::vector<std::uint32_t> element_of_;
  std::vector<Element> elements_;
  std::vector<std::deque<std::uint32_t>> strips_;
};

}  // namespace chronograd::plan
