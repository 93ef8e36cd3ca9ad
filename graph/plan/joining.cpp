#include "chronograd/graph/plan/joining.h"

#include <algorithm>

#include "chronograd/graph/memory/nowhere.h"

namespace chronograd::plan {

using Kind = Draft::Kind;

namespace {

/// The strides that pieces like this one have together when they lie side by side along `axis`.
/// None unless the piece is all of its memory and that axis is the outermost one there: only then
/// do neighbours in memory continue the axis.
std::optional<Strides> strides_in_strip(const Draft& draft, ValueId v, int axis) {
  const Draft::Value& value = draft.values[v];
  if (!draft.whole(value) || value.shape.empty()) return std::nullopt;
  std::array<std::int64_t, Shape::max_rank> strides{};
  for (int k = 0; k < value.shape.rank(); ++k) {
    const bool counts = value.shape[k] > 1;
    if (counts && value.strides[k] <= 0) return std::nullopt;
    strides[static_cast<std::size_t>(k)] = counts ? value.strides[k] : 1;
  }
  const std::int64_t stride = value.shape.size() / value.shape[axis];
  if (value.shape[axis] > 1 && value.strides[axis] != stride) return std::nullopt;
  strides[static_cast<std::size_t>(axis)] = stride;
  return Strides(std::span(strides).first(static_cast<std::size_t>(value.shape.rank())));
}

/// The strides of dense memory with that axis outermost.
Strides strides_with_outermost(Shape shape, int axis) {
  std::array<std::int64_t, Shape::max_rank> strides{};
  std::int64_t stride = 1;
  for (int k = shape.rank() - 1; k >= 0; --k) {
    if (k == axis) continue;
    strides[static_cast<std::size_t>(k)] = stride;
    stride *= shape[k];
  }
  strides[static_cast<std::size_t>(axis)] = stride;
  return Strides(std::span(strides).first(static_cast<std::size_t>(shape.rank())));
}

}  // namespace

Joining::Joining(const Draft& draft, const detail::Recording& recording)
    : draft_(draft),
      recording_(recording),
      wanted_{Layout(draft.values.size()), std::vector<ValueId>(draft.values.size(), no_id),
              std::vector<std::uint32_t>(draft.values.size(), Layout::nowhere)} {}

// What the layout is asked for so that the value is a part of a whole of these strides; a hole, if
// the value cannot lie in that way.
Layout::Piece Joining::piece(ValueId v, int axis, Strides strides) const {
  const Draft::Value& value = draft_.values[v];
  const bool can = can_be_laid(value.base) && plan::strides_in_strip(draft_, v, axis) == strides;
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

Strides Joining::strides_in_strip(std::span<const ValueId> values, int axis) const {
  for (const ValueId v : values) {
    if (!can_be_laid(draft_.values[v].base)) continue;
    if (const auto strides = plan::strides_in_strip(draft_, v, axis)) return *strides;
  }
  return strides_with_outermost(draft_.values[values.front()].shape, axis);
}

// Asked values need memory of their own, leaves have theirs already, and the results of joins lie
// where their inputs do.
bool Joining::can_be_laid(ValueId base) const {
  const Draft::Node* from = draft_.producer(base);
  return from != nullptr && !draft_.values[base].asked && wanted_.inside[base] == no_id &&
         wanted_.strip_of_join[base] == Layout::nowhere;
}

void Joining::lay_out_joins() {
  for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
    if (draft_.nodes[n].kind == Kind::join) lay_out_join(draft_.nodes[n]);
  }
}

void Joining::lay_out_join(const Draft::Node& node) {
  const ValueId out = node.first_value;
  const Draft::Value& result = draft_.values[out];
  if (result.shape.empty()) return;
  const auto inputs = draft_.inputs_of(node);
  const bool all = std::ranges::all_of(inputs, [&](ValueId v) { return fits_inside(v); });
  if (!all && !result.asked && lie_side_by_side(node)) {
    std::vector<Layout::Piece> list;
    for (const ValueId v : inputs) list.push_back(side_by_side(v));
    wanted_.strip_of_join[out] = wanted_.layout.want(list);
    return;
  }
  for (const ValueId v : inputs) {
    if (fits_inside(v)) wanted_.inside[v] = out;
  }
}

// Whether the value can be computed inside of the result of the one join that reads it: a fused
// kernel can store with any strides.
bool Joining::fits_inside(ValueId v) const {
  const Draft::Value& value = draft_.values[v];
  const Draft::Node* from = draft_.producer(v);
  return value.base == v && value.uses == 1 && !value.wanted && from != nullptr &&
         from->kind == Kind::elementwise && wanted_.layout.element_of(v) == Layout::nowhere;
}

Layout::Piece Joining::side_by_side(ValueId v) const {
  const Draft::Value& value = draft_.values[v];
  const bool can = can_be_laid(value.base) && draft_.whole(value) &&
                   value.strides == Strides::dense(value.shape);
  return {can ? value.base : no_id,
          value.shape.size() * static_cast<std::int64_t>(size_of(value.dtype))};
}

// Whether the inputs of a join are dense in its result and follow each other there.
bool Joining::lie_side_by_side(const Draft::Node& node) const {
  const Draft::Value& result = draft_.values[node.first_value];
  std::vector<Array> inputs;
  for (const ValueId v : draft_.inputs_of(node)) {
    const Draft::Value& value = draft_.values[v];
    inputs.push_back({{}, nullptr, value.shape, value.strides, value.dtype});
  }
  Array out{{}, detail::nowhere(), result.shape, Strides::dense(result.shape), result.dtype};
  std::vector<Array> parts(inputs.size());
  const detail::Node& recorded = recording_.nodes[node.recorded];
  node.op->join({*node.op,
                 recording_.attributes_of(recorded),
                 recording_.place_of(recorded),
                 inputs,
                 {&out, 1}},
                parts);
  const std::byte* next = detail::nowhere();
  for (const Array& part : parts) {
    if (!part.dense() || part.data != next) return false;
    next += part.shape.size() * static_cast<std::int64_t>(size_of(part.dtype));
  }
  return true;
}

Joined Joining::single(ValueId v) const {
  return {.pieces = {v}, .shape = draft_.values[v].shape, .strides = draft_.values[v].strides};
}

// Whether the values are neighbouring parts of one value already, so that nothing need be asked.
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

// The strides of memory that all pieces are copied to. Where rows are joined end to end, along
// their own axis, the copy keeps them as rows, since a copy along the rows is the fastest.
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
  joined.strides = strides_in_strip(values, axis);
  if (!follow_each_other(values, axis)) {
    const std::vector<Layout::Piece> list = pieces(values, axis, joined.strides);
    if (std::ranges::all_of(list, [](const Layout::Piece& p) { return p.value == no_id; })) {
      joined.strides = strides_of_copies(values.front(), joined);
    } else {
      joined.element = wanted_.layout.want(list);
    }
  }
  joined.pieces = std::move(values);
  return joined;
}

std::int64_t Joining::copied(std::span<const ValueId> values, int axis) const {
  if (follow_each_other(values, axis)) return 0;
  return wanted_.layout.holes(pieces(values, axis, strides_in_strip(values, axis)));
}

// Something to sort values by that lie somewhere already: strip, element and offset; or, for parts
// of what has no strip, the memory they are part of.
std::optional<Joining::Position> Joining::position(ValueId v) const {
  const Draft::Value& value = draft_.values[v];
  const std::uint32_t e = wanted_.layout.element_of(value.base);
  if (e != Layout::nowhere) {
    const Layout::Element& element = wanted_.layout.element(e);
    return Position{element.strip, element.index, value.offset};
  }
  const bool part = !draft_.whole(value) || draft_.producer(value.base) == nullptr;
  if (part) return Position{-1 - std::int64_t{value.base}, 0, value.offset};
  return std::nullopt;
}

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
