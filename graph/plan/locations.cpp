#include "chronograd/graph/plan/locations.h"

#include <algorithm>

#include "chronograd/graph/memory/nowhere.h"

namespace chronograd::plan {

std::int64_t bytes_of(Shape shape, DType dtype) {
  return shape.size() * static_cast<std::int64_t>(size_of(dtype));
}

bool same_memory(const Located& a, const Located& b) {
  if (a.storage != b.storage || a.offset != b.offset) return false;
  for (int k = 0; k < a.shape.rank(); ++k) {
    if (a.shape[k] != 1 && a.strides[k] != b.strides[k]) return false;
  }
  return true;
}

Locations::Locations(const detail::Recording& recording, const Draft& draft,
                     const WantedLayout& wanted)
    : recording_(recording),
      draft_(draft),
      wanted_(wanted),
      at_(draft.values.size()),
      storage_of_strip_(wanted.layout.strips(), no_id),
      offset_of_element_(wanted.layout.elements()) {}

StorageId Locations::new_storage(Storage storage) {
  storages_.push_back(storage);
  return static_cast<StorageId>(storages_.size() - 1);
}

const Located& Locations::locate(ValueId v) {
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

Located Locations::locate_base(ValueId v) {
  const Draft::Value& value = draft_.values[v];
  Located at{no_id, 0, value.shape, value.strides, value.dtype};
  if (draft_.producer(v) == nullptr) {
    at.storage = new_storage({.where = Storage::Where::leaf, .output = value.output});
  } else if (wanted_.inside[v] != no_id) {
    return locate_inside(v);
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

std::uint32_t Locations::element_of(ValueId v) const {
  const std::uint32_t e = wanted_.layout.element_of(v);
  return e != Layout::nowhere ? e : wanted_.strip_of_join[v];
}

StorageId Locations::storage_of_element(std::uint32_t e) {
  StorageId& storage = storage_of_strip_[wanted_.layout.element(e).strip];
  if (storage != no_id) return storage;
  std::int64_t bytes = 0;
  for (const std::uint32_t element : wanted_.layout.strip(wanted_.layout.element(e).strip)) {
    offset_of_element_[element] = bytes;
    bytes += wanted_.layout.element(element).piece.bytes;
  }
  return storage = new_storage({.bytes = bytes});
}

std::int64_t Locations::offset_of_element(std::uint32_t e) {
  storage_of_element(e);
  return offset_of_element_[e];
}

std::vector<Located> Locations::locations_in(const Draft::Node& node, const Located& result) {
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
    std::vector<Array> parts(inputs.size());
    node.op->join({*node.op, attributes, recording_.place_of(recorded), arrays, {&out, 1}}, parts);
    for (const Array& part : parts) {
      last.parts.push_back(
          {no_id, part.data - detail::nowhere(), part.shape, part.strides, part.dtype});
    }
  }
  std::vector<Located> parts = last.parts;
  for (Located& part : parts) {
    part.storage = result.storage;
    part.offset += result.offset;
  }
  return parts;
}

Located Locations::locate_inside(ValueId v) {
  const ValueId result = wanted_.inside[v];
  const Draft::Node& join = *draft_.producer(result);
  const auto parts = locations_in(join, locate(result));
  const auto inputs = draft_.inputs_of(join);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (wanted_.inside[inputs[k]] == result && inputs[k] != v) at_[inputs[k]] = parts[k];
  }
  return parts[static_cast<std::size_t>(std::ranges::find(inputs, v) - inputs.begin())];
}

std::vector<Located> Locations::parts_of(const Joined& joined, const Located& whole) const {
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

Located Locations::memory_of(const Joined& joined) {
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

bool Locations::lie_in(const Joined& joined, const Located& whole) {
  std::int64_t offset = whole.offset;
  for (const ValueId v : joined.pieces) {
    const Located& piece = locate(v);
    if (!same_memory(piece, {whole.storage, offset, piece.shape, whole.strides, piece.dtype})) {
      return false;
    }
    offset += piece.shape[joined.axis] * whole.strides[joined.axis] *
              static_cast<std::int64_t>(size_of(piece.dtype));
  }
  return true;
}

bool Locations::is_free(ValueId v) const {
  return at_[v].storage == no_id && !draft_.values[v].asked && element_of(v) == Layout::nowhere &&
         wanted_.inside[v] == no_id;
}

}  // namespace chronograd::plan
