#include "chronograd/graph/plan/stretches.h"

#include <algorithm>

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

/// The least that is worth a stretch of its own: so many rows, of a sum whose operands have so many
/// bytes that the cache does not hold them all.
struct Least {
  std::int64_t rows;
  std::int64_t bytes;
};

// Products of more rows are no faster and products of fewer rows are slower. A sum without a
// product only reads, so shorter stretches, which are still in a nearer cache, pay for it.
Least least_of(const Stretches::Sum& sum) {
  return sum.axes.size() > 1 ? Least{512, 2 << 20} : Least{128, 1 << 19};
}

// A stretch must have so many times more numbers than its result, which is written and read again.
constexpr std::int64_t times_result = 4;

}  // namespace

Stretches::Stretches(const Draft& draft, const std::vector<bool>& absorbed,
                     std::span<const Sum> sums)
    : draft_(draft), readers_(draft.values.size()) {
  for (std::uint32_t n = 0; n < draft.nodes.size(); ++n) {
    const Draft::Node& node = draft.nodes[n];
    if (absorbed[n] || node.kind == Kind::view || node.kind == Kind::elementwise) continue;
    for (const ValueId v : draft.inputs_of(node)) ++readers_[draft.values[v].base];
  }
  for (const Sum& sum : sums) {
    if (long_enough(sum)) continue;
    for (const std::uint32_t n : sum.terms) {
      for (const ValueId v : draft.inputs_of(draft.nodes[n])) readers_[draft.values[v].base] += 2;
    }
  }
}

Stretches::Size Stretches::extent_of(std::uint32_t term, const std::vector<int>& axes) const {
  Size size;
  const auto operands = draft_.inputs_of(draft_.nodes[term]);
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const Draft::Value& value = draft_.values[operands[k]];
    size.rows = value.shape[axes[k]];
    if (draft_.producer(value.base) != nullptr) size.elements += value.shape.size();
  }
  return size;
}

bool Stretches::long_enough(const Sum& sum) const {
  Size all;
  for (const std::uint32_t n : sum.terms) {
    const Size size = extent_of(n, sum.axes);
    all.rows += size.rows;
    all.elements += size.elements;
  }
  const Draft::Value& result = draft_.values[draft_.nodes[sum.terms.front()].first_value];
  const auto bytes = static_cast<std::int64_t>(size_of(result.dtype));
  const Least least = least_of(sum);
  return all.elements * bytes >= least.bytes &&
         all.elements / all.rows * least.rows >= times_result * result.shape.size();
}

// Whether the largest operand of the term is free once the sum has read it. One other reader is
// allowed: it may be the next step of a recurrence, which reads it early. A second other reader
// would be joined over all steps and read it at the end.
bool Stretches::freed(std::uint32_t term) const {
  const Draft::Value* largest = nullptr;
  for (const ValueId v : draft_.inputs_of(draft_.nodes[term])) {
    const Draft::Value& value = draft_.values[v];
    if (draft_.producer(value.base) == nullptr) continue;
    if (largest == nullptr || value.shape.size() > largest->shape.size()) largest = &value;
  }
  return largest != nullptr && !draft_.values[largest->base].wanted && readers_[largest->base] <= 1;
}

std::vector<Stretches::NodeList> Stretches::of(const Sum& sum) const {
  if (!long_enough(sum) ||
      !std::ranges::all_of(sum.terms, [&](std::uint32_t n) { return freed(n); })) {
    return {sum.terms};
  }
  NodeList terms = sum.terms;
  std::ranges::sort(terms);
  std::int64_t left = 0;
  for (const std::uint32_t n : terms) left += extent_of(n, sum.axes).rows;
  std::vector<NodeList> stretches(1);
  std::int64_t rows = 0;
  const std::int64_t enough = least_of(sum).rows;
  for (const std::uint32_t n : terms) {
    if (rows >= enough && left >= enough) {
      stretches.emplace_back();
      rows = 0;
    }
    stretches.back().push_back(n);
    const std::int64_t more = extent_of(n, sum.axes).rows;
    rows += more;
    left -= more;
  }
  return stretches;
}

}  // namespace chronograd::plan
