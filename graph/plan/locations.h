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

/// Memory with a lifetime: from the first task that uses it to the last.
struct Storage {
  enum class Where : std::uint8_t { leaf, arena, own };
  Where where = Where::arena;
  std::int64_t bytes = 0;
  std::uint32_t first = no_id;
  std::uint32_t last = 0;
  OutputId output = no_id;  ///< of a leaf: the output whose numbers they are
  Plan::Address address{};  ///< set by `assign_addresses`
};

/// Where a value lies: in which storage, how many bytes on, and in which strides.
struct Located {
  StorageId storage = no_id;
  std::int64_t offset = 0;
  Shape shape{};
  Strides strides{};
  DType dtype = DType::f32;
};

/// Whether two values of equal shape and dtype are the same memory.
bool same_memory(const Located& a, const Located& b);

std::int64_t bytes_of(Shape shape, DType dtype);

/// Where each value of a draft lies. A value is located when somebody asks for it first: a leaf
/// where its numbers are, a view in its base, an input of a join within the result, a value that
/// the layout mentions in its strip, and any other value in a storage of its own.
class Locations {
 public:
  Locations(const detail::Recording& recording, const Draft& draft, const WantedLayout& wanted);

  StorageId new_storage(Storage storage);
  Storage& storage(StorageId s) { return storages_[s]; }
  const Storage& storage(StorageId s) const { return storages_[s]; }
  std::span<Storage> storages() { return storages_; }

  /// Where the value lies; locates it if nobody asked before.
  const Located& locate(ValueId v);
  /// Where the value lies; no storage if nobody has asked for it.
  const Located& known(ValueId v) const { return at_[v]; }
  /// Locates a value, in memory that another value leaves.
  void put(ValueId v, const Located& at) { at_[v] = at; }
  /// Whether a value can still be `put` anywhere: it is not located, and neither a join, nor the
  /// layout, nor the user who asked for it says where it must lie.
  bool is_free(ValueId v) const;

  /// Whether the memory of a value belongs to it alone: it is no part of a strip or of the result
  /// of a join.
  bool lies_alone(ValueId v) const {
    return element_of(v) == Layout::nowhere && wanted_.inside[v] == no_id;
  }

  /// Where in its result the inputs of a join belong.
  std::vector<Located> locations_in(const Draft::Node& node, const Located& result);
  /// The memory in which joined values are read as one: theirs, if they lie side by side; else the
  /// part of a strip that was reserved for them, or new memory. There they must be copied to.
  Located memory_of(const Joined& joined);
  /// Where the pieces belong in the memory of the whole.
  std::vector<Located> parts_of(const Joined& joined, const Located& whole) const;

 private:
  /// Where inputs of these shapes belong in a result that begins at 0. Neighbouring joins are often
  /// equal, and to ask the op takes longer than to compare.
  struct LastJoin {
    const Op* op = nullptr;
    std::vector<std::int64_t> integers;
    std::vector<Shape> shapes;
    Located result;
    std::vector<Located> parts;
  };

  Located locate_base(ValueId v);
  Located locate_inside(ValueId v);
  std::uint32_t element_of(ValueId v) const;
  StorageId storage_of_element(std::uint32_t e);
  std::int64_t offset_of_element(std::uint32_t e);
  bool lie_in(const Joined& joined, const Located& whole);

  const detail::Recording& recording_;
  const Draft& draft_;
  const WantedLayout& wanted_;
  detail::LongList<Storage> storages_;
  detail::LongList<Located> at_;  ///< by value
  std::vector<StorageId> storage_of_strip_;
  std::vector<std::int64_t> offset_of_element_;
  LastJoin last_join_;
};

}  // namespace chronograd::plan
