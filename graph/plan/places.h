#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/joining.h"
#include "chronograd/graph/plan/plan.h"

namespace chronograd::plan {

using StorageId = std::uint32_t;

/// Memory with a time of life: from the first step that uses it to the last.
struct Storage {
  enum class Where : std::uint8_t { leaf, arena, own };
  Where where = Where::arena;
  std::int64_t bytes = 0;
  std::uint32_t first = no_id;
  std::uint32_t last = 0;
  OutputId output = no_id;  ///< of a leaf
  Plan::Address address{};  ///< in the end
};

/// A value in its storage.
struct Located {
  StorageId storage = no_id;
  std::int64_t offset = 0;
  Shape shape{};
  Strides strides{};
  DType dtype = DType::f32;
};

/// Whether two values of equal shape and dtype are the same memory.
bool same_place(const Located& a, const Located& b);

std::int64_t bytes_of(Shape shape, DType dtype);

/// Where every value of a computation lies.
class Places {
 public:
  Places(detail::Recording& recording, const Draft& draft, const Placement& placement);

  StorageId new_storage(Storage storage);
  Storage& storage(StorageId s) { return storages_[s]; }
  const Storage& storage(StorageId s) const { return storages_[s]; }
  std::span<Storage> storages() { return storages_; }

  /// The first to ask for a value gives it a place.
  const Located& locate(ValueId v);
  /// Where a value lies that has been asked for.
  const Located& known(ValueId v) const { return at_[v]; }
  /// Lets a value lie where another did.
  void put(ValueId v, const Located& at) { at_[v] = at; }
  /// Whether nothing but the first who asks says where a value lies.
  bool is_free(ValueId v) const;

  /// Whether a value's memory is its own: neither a join's nor one that joins may lie in.
  bool lies_alone(ValueId v) const {
    return element_of(v) == Layout::nowhere && placement_.inside[v] == no_id;
  }

  /// The places of a join's inputs in its result.
  std::vector<Located> places_in(const Draft::Node& node, const Located& result);
  /// The memory of a join: where its pieces lie, if they follow each other; else that which was
  /// asked for, or new memory.
  Located memory_of(const Joined& joined);
  /// The pieces of a join, in the memory of the whole.
  std::vector<Located> parts_of(const Joined& joined, const Located& whole) const;

 private:
  /// The places of inputs of these shapes in a result that begins at 0.
  struct LastJoin {
    const Op* op = nullptr;
    std::vector<std::int64_t> integers;
    std::vector<Shape> shapes;
    Located result;
    std::vector<Located> places;
  };

  Located locate_base(ValueId v);
  Located place_inside(ValueId v);
  std::uint32_t element_of(ValueId v) const;
  StorageId storage_of_element(std::uint32_t e);
  std::int64_t offset_of_element(std::uint32_t e);
  bool lie_in(const Joined& joined, const Located& whole);

  detail::Recording& recording_;
  const Draft& draft_;
  const Placement& placement_;
  detail::LongList<Storage> storages_;
  detail::LongList<Located> at_;  ///< by value
  std::vector<StorageId> storage_of_block_;
  std::vector<std::int64_t> offset_of_element_;
  LastJoin last_join_;
};

}  // namespace chronograd::plan
