#include "chronograd/graph/memory/numbering.h"

#include <algorithm>

#include "chronograd/graph/memory/hash.h"

namespace chronograd::detail {
namespace {

constexpr std::uint32_t nothing = 0xffffffff;

}  // namespace

Numbering& Numbering::operator<<(std::span<const std::int64_t> integers) {
  *this << integers.size();
  for (const std::int64_t i : integers) *this << static_cast<std::uint64_t>(i);
  return *this;
}

std::uint32_t Numbering::number() {
  make_room();
  List list{0, lists_.empty() ? 0 : lists_.back().end, words_.size()};
  const auto words = words_of(list);
  for (const std::uint64_t word : words) list.hash = mixed(list.hash, word);
  const std::size_t mask = table_.size() - 1;
  std::size_t at = list.hash & mask;
  for (; table_[at] != nothing; at = (at + 1) & mask) {
    const List& known = lists_[table_[at]];
    if (known.hash == list.hash && std::ranges::equal(words_of(known), words)) {
      words_.resize(list.begin);
      return table_[at];
    }
  }
  lists_.push_back(list);
  return table_[at] = static_cast<std::uint32_t>(lists_.size() - 1);
}

// At most half of the table is in use.
void Numbering::make_room() {
  if (2 * (lists_.size() + 1) <= table_.size()) return;
  table_.assign(std::max<std::size_t>(16, 2 * table_.size()), nothing);
  const std::size_t mask = table_.size() - 1;
  for (std::uint32_t number = 0; number < lists_.size(); ++number) {
    std::size_t at = lists_[number].hash & mask;
    while (table_[at] != nothing) at = (at + 1) & mask;
    table_[at] = number;
  }
}

}  // namespace chronograd::detail
