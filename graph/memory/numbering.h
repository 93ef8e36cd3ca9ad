#pragma once

#include <cstdint>
#include <span>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/shape.h"

namespace chronograd::detail {

/// Numbers things from 0 by what tells them apart, which is written as a list of words: equal lists
/// get the same number, and no others do. A hash finds a list, equality decides.
class Numbering {
 public:
  Numbering& operator<<(std::uint64_t word) {
    words_.push_back(word);
    return *this;
  }
  Numbering& operator<<(const void* address) {
    return *this << static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(address));
  }
  // There is one copy of the sizes of equal shapes, and of equal strides.
  Numbering& operator<<(Shape shape) { return *this << shape.sizes().data(); }
  Numbering& operator<<(Strides strides) { return *this << strides.values().data(); }
  /// The integers and how many there are.
  Numbering& operator<<(std::span<const std::int64_t> integers);

  /// The number of what was written since the last number.
  std::uint32_t number();
  /// How many numbers there are.
  std::size_t size() const { return lists_.size(); }

 private:
  struct List {
    std::uint64_t hash;
    std::size_t begin;  ///< in the words
    std::size_t end;
  };
  std::span<const std::uint64_t> words_of(const List& list) const {
    return std::span(words_).subspan(list.begin, list.end - list.begin);
  }
  void make_room();

  LongList<std::uint64_t> words_;
  LongList<List> lists_;           ///< by number
  LongList<std::uint32_t> table_;  ///< numbers by hash, those that collide behind each other
};

}  // namespace chronograd::detail
