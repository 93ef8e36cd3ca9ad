#include "chronograd/graph/plan/joining.h"

#include <algorithm>

#include "chronograd/graph/memory/nowhere.h"

namespace chronograd::plan {

using Kind = Draft::Kind;

namespace {

/// The strides of a run of pieces like this one, side by side along `axis`: none unless the piece
/// is all of its memory and the axis is the outermost one there.
std::optional<Strides> strides_of_run(const Draft& draft, ValueId v, int axis) {
  const Draft::Value& value = draft.values[v];
  if (!draft.whole(value) || value.shape.empty()) return std::nullopt;
  std::array<std::int64_t, Shape::max_rank> strides{};
  for (int k = 0; k < value.shape.rank(); ++k) {
    const bool counts = value.shape[k] > 1;
    if (counts && value.strides[k] <= 0) return std::nullopt;
    strides[static_cast<std::size_t>(k)] = counts ? value.strides[k] : 1;
  }
  const std::int64_t step = value.shape.size() / value.shape[axis];
  if (value.shape[axis] > 1 && value.strides[axis] != step) return std::nullopt;
  strides[static_cast<std::size_t>(axis)] = step;
  return Strides(std::span(strides).first(static_cast<std::size_t>(value.shape.rank())));
}

/// The strides of dense memory with that axis outermost.
Strides strides_with_outermost(Shape shape, int axis) {
  std::array<std::int64_t, Shape::max_rank> strides{};
  std::int64_t step = 1;
  for (int k = shape.rank() - 1; k >= 0; --k) {
    if (k == axis) continue;
    strides[static_cast<std::size_t>(k)] = step;
    step *= shape[k];
  }
  strides[static_cast<std::size_t>(axis)] = step;
  return Strides(std::span(strides).first(static_cast<std::size_t>(shape.rank())));
}

}  // namespace

Joining::Joining(const Draft& draft, const detail::Recording& recording)
    : draft_(draft),
      recording_(recording),
      placement_{Layout(draft.values.size()), std::vector<ValueId>(draft.values.size(), no_id),
                 std::vector<std::uint32_t>(draft.values.size(), Layout::nowhere)} {}

// What a run along `axis` that has these strides asks for.
Layout::Piece Joining::piece(ValueId v, int axis, Strides strides) const {
  const Draft::Value& value = draft_.values[v];
  const bool can = can_be_placed(value.base) && plan::strides_of_run(draft_, v, axis) == strides;
  return {can ? value.base : no_id,
          value.shape.size() * static_cast<std::int64_t>(size_of(value.dtype))};
}

std::vector<Layout::Piece> Joining::pieces(std::span<const ValueId> values, int axis,
                                           Strides strides) const {
  std::vector<Layout::Piece> list;
  list.reserve(values.size());
  for (const ValueId v : values) list.push_back(piece(v, axis, strides));
  return list;
}

Strides Joining::strides_of_run(std::span<const ValueId> values, int axis) const {
  for (const ValueId v : values) {
    if (!can_be_placed(draft_.values[v].base)) continue;
    if (const auto strides = plan::strides_of_run(draft_, v, axis)) return *strides;
  }
  return strides_with_outermost(draft_.values[values.front()].shape, axis);
}

// Asked values have memory of their own, and results of joins lie where their pieces do.
bool Joining::can_be_placed(ValueId base) const {
  const Draft::Node* from = draft_.producer(base);
  return from != nullptr && !draft_.values[base].asked && placement_.inside[base] == no_id &&
         placement_.runs[base] == Layout::nowhere;
}

// Joins take their pieces where they can: side by side when they follow each other in memory, or
// else each in its place within the result.
void Joining::place_joins() {
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    if (draft_.nodes[n].kind == Kind::join) place_join(draft_.nodes[n]);
  }
}

void Joining::place_join(const Draft::Node& node) {
  const ValueId out = node.first_value;
  const Draft::Value& result = draft_.values[out];
  if (result.shape.empty()) return;
  const auto inputs = draft_.inputs_of(node);
  const bool all = std::ranges::all_of(inputs, [&](ValueId v) { return fits_inside(v); });
  if (!all && !result.asked && lie_side_by_side(node)) {
    std::vector<Layout::Piece> list;
    for (const ValueId v : inputs) list.push_back(side_by_side(v));
    placement_.runs[out] = placement_.layout.want(list);
    return;
  }
  for (const ValueId v : inputs) {
    if (fits_inside(v)) placement_.inside[v] = out;
  }
}

// What an elementwise program computes can be stored with any strides.
bool Joining::fits_inside(ValueId v) const {
  const Draft::Value& value = draft_.values[v];
  const Draft::Node* from = draft_.producer(v);
  return value.base == v && value.uses == 1 && !value.wanted && from != nullptr &&
         from->kind == Kind::elementwise && placement_.layout.element_of(v) == Layout::nowhere;
}

Layout::Piece Joining::side_by_side(ValueId v) const {
  const Draft::Value& value = draft_.values[v];
  const bool can = can_be_placed(value.base) && draft_.whole(value) &&
                   value.strides == Strides::dense(value.shape);
  return {can ? value.base : no_id,
          value.shape.size() * static_cast<std::int64_t>(size_of(value.dtype))};
}

// Whether the places of a join's inputs are dense and follow each other.
bool Joining::lie_side_by_side(const Draft::Node& node) const {
  const Draft::Value& result = draft_.values[node.first_value];
  std::vector<Array> inputs;
  for (const ValueId v : draft_.inputs_of(node)) {
    const Draft::Value& value = draft_.values[v];
    inputs.push_back({{}, nullptr, value.shape, value.strides, value.dtype});
  }
  Array out{{}, detail::nowhere(), result.shape, Strides::dense(result.shape), result.dtype};
  std::vector<Array> places(inputs.size());
  const detail::Node& recorded = recording_.nodes[node.recorded];
  node.op->place({*node.op,
                  recording_.attributes_of(recorded),
                  recording_.place_of(recorded),
                  inputs,
                  {&out, 1}},
                 places);
  const std::byte* next = detail::nowhere();
  for (const Array& place : places) {
    if (!place.dense() || place.data != next) return false;
    next += place.shape.size() * static_cast<std::int64_t>(size_of(place.dtype));
  }
  return true;
}

Joined Joining::single(ValueId v) const {
  return {.pieces = {v}, .shape = draft_.values[v].shape, .strides = draft_.values[v].strides};
}

// Whether the values are parts of one value already, one after the other.
bool Joining::follow_each_other(std::span<const ValueId> values, int axis) const {
  const Draft::Value& first = draft_.values[values.front()];
  std::int64_t offset = first.offset;
  for (const ValueId v : values) {
    const Draft::Value& value = draft_.values[v];
    if (value.base != first.base || value.strides != first.strides || value.offset != offset) {
      return false;
    }
    offset +=
        value.shape[axis] * value.strides[axis] * static_cast<std::int64_t>(size_of(value.dtype));
  }
  return true;
}

// What is copied as a whole stays rows where its rows are joined end to end.
Strides Joining::strides_of_copies(ValueId first, const Joined& joined) const {
  const Draft::Value& piece = draft_.values[first];
  const bool rows_are_joined = piece.strides[joined.axis] == 1 && piece.shape[joined.axis] > 1;
  return rows_are_joined ? Strides::dense(joined.shape)
                         : strides_with_outermost(joined.shape, joined.axis);
}

Joined Joining::join(std::vector<ValueId> values, int axis) {
  std::int64_t size = 0;
  for (const ValueId v : values) size += draft_.values[v].shape[axis];
  Joined joined{.axis = axis, .shape = draft_.values[values.front()].shape.with(axis, size)};
  joined.strides = strides_of_run(values, axis);
  if (!follow_each_other(values, axis)) {
    const std::vector<Layout::Piece> list = pieces(values, axis, joined.strides);
    if (std::ranges::all_of(list, [](const Layout::Piece& p) { return p.value == no_id; })) {
      joined.strides = strides_of_copies(values.front(), joined);
    } else {
      joined.element = placement_.layout.want(list);
    }
  }
  joined.pieces = std::move(values);
  return joined;
}

std::int64_t Joining::copied(std::span<const ValueId> values, int axis) const {
  if (follow_each_other(values, axis)) return 0;
  return placement_.layout.holes(pieces(values, axis, strides_of_run(values, axis)));
}

// Where a value lies, if that is known already.
std::optional<Joining::Position> Joining::position(ValueId v) const {
  const Draft::Value& value = draft_.values[v];
  const std::uint32_t e = placement_.layout.element_of(value.base);
  if (e != Layout::nowhere) {
    const Layout::Element& element = placement_.layout.element(e);
    return Position{element.block, element.index, value.offset};
  }
  const bool part = !draft_.whole(value) || draft_.producer(value.base) == nullptr;
  if (part) return Position{-1 - std::int64_t{value.base}, 0, value.offset};
  return std::nullopt;
}

// Lists of equal length are put in the order of the one with the most memory among those that
// lie somewhere already; where none does they stay as they are. Returns the new order.
std::vector<std::uint32_t> Joining::order_as_they_lie(
    std::vector<std::vector<ValueId>>& lists) const {
  std::vector<Position> best;
  std::int64_t most = 0;
  for (const auto& list : lists) {
    std::int64_t bytes = 0;
    std::vector<Position> positions;
    for (const ValueId v : list) {
      const auto at = position(v);
      if (!at) break;
      positions.push_back(*at);
      bytes += draft_.values[v].shape.size();
    }
    if (!list.empty() && positions.size() == list.size() && bytes > most) {
      most = bytes;
      best = std::move(positions);
    }
  }
  std::vector<std::uint32_t> order(best.size());
  for (std::uint32_t k = 0; k < order.size(); ++k) order[k] = k;
  std::ranges::sort(order, {}, [&](std::uint32_t k) { return std::pair(best[k], k); });
  if (order.empty()) return order;
  for (auto& list : lists) {
    std::vector<ValueId> sorted;
    for (std::size_t k = 0; k < list.size(); ++k) sorted.push_back(list[order[k]]);
    list = std::move(sorted);
  }
  return order;
}

}  // namespace chronograd::plan
