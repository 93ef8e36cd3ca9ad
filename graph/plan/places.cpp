#include "chronograd/graph/plan/places.h"

#include <algorithm>

#include "chronograd/graph/memory/nowhere.h"

namespace chronograd::plan {

std::int64_t bytes_of(Shape shape, DType dtype) {
  return shape.size() * static_cast<std::int64_t>(size_of(dtype));
}

bool same_place(const Located& a, const Located& b) {
  if (a.storage != b.storage || a.offset != b.offset) return false;
  for (int k = 0; k < a.shape.rank(); ++k) {
    if (a.shape[k] != 1 && a.strides[k] != b.strides[k]) return false;
  }
  return true;
}

Places::Places(detail::Recording& recording, const Draft& draft, const Placement& placement)
    : recording_(recording),
      draft_(draft),
      placement_(placement),
      at_(draft.values.size()),
      storage_of_block_(placement.layout.blocks(), no_id),
      offset_of_element_(placement.layout.elements()) {}

StorageId Places::new_storage(Storage storage) {
  storages_.push_back(storage);
  return static_cast<StorageId>(storages_.size() - 1);
}

// Where a value is; the first to ask for a base gives it a place.
const Located& Places::locate(ValueId v) {
  if (at_[v].storage != no_id) return at_[v];
  const Draft::Value& value = draft_.values[v];
  if (value.base == v) {
    at_[v] = locate_base(v);
  } else {
    const Located base = locate(value.base);
    at_[v] = {base.storage, base.offset + value.offset, value.shape, value.strides, value.dtype};
  }
  return at_[v];
}

Located Places::locate_base(ValueId v) {
  const Draft::Value& value = draft_.values[v];
  Located at{no_id, 0, value.shape, value.strides, value.dtype};
  if (draft_.producer(v) == nullptr) {
    at.storage = new_storage({.where = Storage::Where::leaf, .output = value.output});
  } else if (placement_.inside[v] != no_id) {
    return place_inside(v);
  } else if (const std::uint32_t e = element_of(v); e != Layout::nowhere) {
    at.storage = storage_of_element(e);
    at.offset = offset_of_element(e);
  } else if (value.asked) {
    at.storage =
        new_storage({.where = Storage::Where::own, .bytes = bytes_of(value.shape, value.dtype)});
  } else {
    at.storage = new_storage({.bytes = bytes_of(value.shape, value.dtype)});
  }
  return at;
}

std::uint32_t Places::element_of(ValueId v) const {
  const std::uint32_t e = placement_.layout.element_of(v);
  return e != Layout::nowhere ? e : placement_.runs[v];
}

StorageId Places::storage_of_element(std::uint32_t e) {
  StorageId& storage = storage_of_block_[placement_.layout.element(e).block];
  if (storage != no_id) return storage;
  std::int64_t bytes = 0;
  for (const std::uint32_t element : placement_.layout.block(placement_.layout.element(e).block)) {
    offset_of_element_[element] = bytes;
    bytes += placement_.layout.element(element).piece.bytes;
  }
  return storage = new_storage({.bytes = bytes});
}

std::int64_t Places::offset_of_element(std::uint32_t e) {
  storage_of_element(e);
  return offset_of_element_[e];
}

// The places of a join's inputs in its result. Many joins are alike: the last answer is kept.
std::vector<Located> Places::places_in(const Draft::Node& node, const Located& result) {
  const detail::Node& recorded = recording_.nodes[node.recorded];
  const Attributes attributes = recording_.attributes_of(recorded);
  const auto inputs = draft_.inputs_of(node);
  LastJoin& last = last_join_;
  const bool alike = last.op == node.op && last.result.shape == result.shape &&
                     last.result.strides == result.strides && last.result.dtype == result.dtype &&
                     std::ranges::equal(last.integers, attributes.integers) &&
                     std::ranges::equal(last.shapes, inputs, {}, {},
                                        [&](ValueId v) { return draft_.values[v].shape; });
  if (!alike) {
    last = {node.op, {attributes.integers.begin(), attributes.integers.end()}, {}, result, {}};
    std::vector<Array> arrays;
    for (const ValueId v : inputs) {
      const Draft::Value& value = draft_.values[v];
      last.shapes.push_back(value.shape);
      arrays.push_back({{}, nullptr, value.shape, {}, value.dtype});
    }
    Array out{{}, detail::nowhere(), result.shape, result.strides, result.dtype};
    std::vector<Array> places(inputs.size());
    node.op->place({*node.op, attributes, recording_.place_of(recorded), arrays, {&out, 1}},
                   places);
    for (const Array& place : places) {
      last.places.push_back(
          {no_id, place.data - detail::nowhere(), place.shape, place.strides, place.dtype});
    }
  }
  std::vector<Located> places = last.places;
  for (Located& place : places) {
    place.storage = result.storage;
    place.offset += result.offset;
  }
  return places;
}

Located Places::place_inside(ValueId v) {
  const ValueId result = placement_.inside[v];
  const Draft::Node& join = *draft_.producer(result);
  const auto places = places_in(join, locate(result));
  const auto inputs = draft_.inputs_of(join);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (placement_.inside[inputs[k]] == result && inputs[k] != v) at_[inputs[k]] = places[k];
  }
  return places[static_cast<std::size_t>(std::ranges::find(inputs, v) - inputs.begin())];
}

// The pieces of a join, in the memory of the whole.
std::vector<Located> Places::parts_of(const Joined& joined, const Located& whole) const {
  std::vector<Located> parts;
  std::int64_t offset = whole.offset;
  for (const ValueId v : joined.pieces) {
    const Shape shape = draft_.values[v].shape;
    parts.push_back({whole.storage, offset, shape, whole.strides, whole.dtype});
    offset += shape[joined.axis] * whole.strides[joined.axis] *
              static_cast<std::int64_t>(size_of(whole.dtype));
  }
  return parts;
}

// The memory of a join: where its pieces lie, if they follow each other; else that which was
// asked for, or new memory.
Located Places::memory_of(const Joined& joined) {
  const Located first = locate(joined.pieces.front());
  if (joined.pieces.size() == 1) return first;
  Located whole = first;
  whole.shape = joined.shape;
  if (lie_in(joined, whole)) return whole;
  whole.strides = joined.strides;
  if (joined.element != Layout::nowhere) {
    whole.storage = storage_of_element(joined.element);
    whole.offset = offset_of_element(joined.element);
  } else {
    whole.storage = new_storage({.bytes = bytes_of(whole.shape, whole.dtype)});
    whole.offset = 0;
  }
  return whole;
}

bool Places::lie_in(const Joined& joined, const Located& whole) {
  std::int64_t offset = whole.offset;
  for (const ValueId v : joined.pieces) {
    const Located& piece = locate(v);
    if (!same_place(piece, {whole.storage, offset, piece.shape, whole.strides, piece.dtype})) {
      return false;
    }
    offset += piece.shape[joined.axis] * whole.strides[joined.axis] *
              static_cast<std::int64_t>(size_of(piece.dtype));
  }
  return true;
}

bool Places::is_free(ValueId v) const {
  return at_[v].storage == no_id && !draft_.values[v].asked && element_of(v) == Layout::nowhere &&
         placement_.inside[v] == no_id;
}

}  // namespace chronograd::plan
