#include <algorithm>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <unordered_map>

#include "chronograd/graph/plan/arena.h"
#include "chronograd/graph/plan/cache.h"
#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/plan/schedule.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;
using detail::Recording;

std::byte* nowhere() { return reinterpret_cast<std::byte*>(std::uintptr_t{1} << 46); }

using StorageId = std::uint32_t;

/// Memory with a time of life: from the first step that uses it to the last.
struct Storage {
  enum class Where : std::uint8_t { leaf, arena, own };
  Where where = Where::arena;
  std::int64_t bytes = 0;
  std::uint32_t first = no_id;
  std::uint32_t last = 0;
  OutputId output = no_id;  ///< of a leaf, or whose own it is
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

std::int64_t bytes_of(Shape shape, DType dtype) {
  return shape.size() * static_cast<std::int64_t>(size_of(dtype));
}

using StrideList = std::array<std::int64_t, Shape::max_rank>;

/// The strides of an array broadcast to `shape`.
StrideList broadcast_strides(const Located& at, Shape shape) {
  StrideList strides{};
  const int missing = shape.rank() - at.shape.rank();
  for (int k = missing; k < shape.rank(); ++k) {
    const bool repeats = at.shape[k - missing] == 1;
    strides[static_cast<std::size_t>(k)] = repeats ? 0 : at.strides[k - missing];
  }
  return strides;
}

class Builder {
 public:
  Builder(Recording& recording, const Draft& draft, const Fusion& fusion, const Schedule& schedule)
      : recording_(recording),
        draft_(draft),
        fusion_(fusion),
        schedule_(schedule),
        at_(draft.values.size()),
        storage_of_block_(schedule.layout.blocks(), no_id) {}

  Plan build() {
    count_readers();
    for (const Step& step : schedule_.steps) {
      switch (step.kind) {
        case Step::Kind::passes:
          run_passes(step);
          break;
        case Step::Kind::kernel:
          run_kernel(step);
          break;
        case Step::Kind::join:
          run_join(draft_.nodes[step.members.front()]);
          break;
      }
    }
    collect_results();
    assign_addresses();
    return std::move(plan_);
  }

 private:
  std::uint32_t now() const { return static_cast<std::uint32_t>(plan_.steps.size()); }

  StorageId new_storage(Storage storage) {
    storages_.push_back(storage);
    return static_cast<StorageId>(storages_.size() - 1);
  }

  Plan::Operand use(const Located& at) {
    Storage& storage = storages_[at.storage];
    storage.first = std::min(storage.first, now());
    storage.last = std::max(storage.last, now());
    // The storage's number stands for the source until all of them have addresses.
    return {{at.storage, at.offset}, {{}, nullptr, at.shape, at.strides, at.dtype}};
  }

  // Where a value is; the first to ask for a base gives it a place.
  const Located& locate(ValueId v) {
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

  Located locate_base(ValueId v) {
    const Draft::Value& value = draft_.values[v];
    Located at{no_id, 0, value.shape, value.strides, value.dtype};
    if (draft_.producer(v) == nullptr) {
      at.storage = new_storage({.where = Storage::Where::leaf, .output = value.output});
    } else if (schedule_.inside[v] != no_id) {
      return place_inside(v);
    } else if (const std::uint32_t e = element_of(v); e != Layout::nowhere) {
      at.storage = storage_of_element(e);
      at.offset = offset_of_element(e);
    } else if (value.asked) {
      at.storage = new_storage({.where = Storage::Where::own,
                                .bytes = bytes_of(value.shape, value.dtype),
                                .output = value.output});
    } else {
      at.storage = new_storage({.bytes = bytes_of(value.shape, value.dtype)});
    }
    return at;
  }

  std::uint32_t element_of(ValueId v) const {
    const std::uint32_t e = schedule_.layout.element_of(v);
    return e != Layout::nowhere ? e : schedule_.runs[v];
  }

  StorageId storage_of_element(std::uint32_t e) {
    StorageId& storage = storage_of_block_[schedule_.layout.element(e).block];
    if (storage != no_id) return storage;
    std::int64_t bytes = 0;
    if (offset_of_element_.size() <= e) offset_of_element_.resize(schedule_.layout.elements());
    for (const std::uint32_t element : schedule_.layout.block(schedule_.layout.element(e).block)) {
      offset_of_element_[element] = bytes;
      bytes += schedule_.layout.element(element).piece.bytes;
    }
    return storage = new_storage({.bytes = bytes});
  }
  std::int64_t offset_of_element(std::uint32_t e) {
    storage_of_element(e);
    return offset_of_element_[e];
  }

  // The places of a join's inputs in its result.
  std::vector<Located> places_in(const Draft::Node& node, const Located& result) {
    std::vector<Array> inputs;
    for (const ValueId v : draft_.inputs_of(node)) {
      const Draft::Value& value = draft_.values[v];
      inputs.push_back({{}, nullptr, value.shape, {}, value.dtype});
    }
    Array out{{}, nowhere(), result.shape, result.strides, result.dtype};
    std::vector<Array> arrays(inputs.size());
    const detail::Node& recorded = recording_.nodes[node.recorded];
    node.op->place({*node.op,
                    recording_.attributes_of(recorded),
                    recording_.place_of(recorded),
                    inputs,
                    {&out, 1}},
                   arrays);
    std::vector<Located> places;
    for (const Array& array : arrays) {
      places.push_back({result.storage, result.offset + (array.data - nowhere()), array.shape,
                        array.strides, array.dtype});
    }
    return places;
  }

  Located place_inside(ValueId v) {
    const ValueId result = schedule_.inside[v];
    const Draft::Node& join = *draft_.producer(result);
    const auto places = places_in(join, locate(result));
    const auto inputs = draft_.inputs_of(join);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (schedule_.inside[inputs[k]] == result && inputs[k] != v) at_[inputs[k]] = places[k];
    }
    return places[static_cast<std::size_t>(std::ranges::find(inputs, v) - inputs.begin())];
  }

  void copy(const Located& from, const Located& to) {
    if (same_place(from, to) || to.shape.empty()) return;
    if (may_go_along(from, to)) {
      auto& copies = std::get<Plan::Copies>(plan_.steps.back());
      copies.pairs.push_back({address_at(from, now() - 1), address_at(to, now() - 1)});
      return;
    }
    Array source = use(from).array;
    Array target = use(to).array;
    const std::int64_t bytes = source.dense() && target.dense() && source.dtype == target.dtype
                                   ? bytes_of(source.shape, source.dtype)
                                   : 0;
    plan_.steps.emplace_back(Plan::Copies{
        source, target, bytes, {{{from.storage, from.offset}, {to.storage, to.offset}}}});
  }

  // Copies of one kind run as one step, one after the other.
  bool may_go_along(const Located& from, const Located& to) const {
    if (plan_.steps.empty()) return false;
    const auto* last = std::get_if<Plan::Copies>(&plan_.steps.back());
    return last != nullptr && last->from.shape == from.shape &&
           last->from.strides == from.strides && last->from.dtype == from.dtype &&
           last->to.strides == to.strides && last->to.dtype == to.dtype;
  }

  Plan::Address address_at(const Located& at, std::uint32_t step) {
    Storage& storage = storages_[at.storage];
    storage.first = std::min(storage.first, step);
    storage.last = std::max(storage.last, step);
    return {at.storage, at.offset};
  }

  void run_join(const Draft::Node& node) {
    const Located result = locate(node.first_value);
    const auto places = places_in(node, result);
    const auto inputs = draft_.inputs_of(node);
    for (std::size_t k = 0; k < inputs.size(); ++k) copy(locate(inputs[k]), places[k]);
    // Pieces that were computed in place keep the memory alive through their own uses.
    use(result);
  }

  // The pieces of a join, in the memory of the whole.
  std::vector<Located> parts_of(const Joined& joined, const Located& whole) {
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
  Located memory_of(const Joined& joined) {
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

  bool same_place(const Located& a, const Located& b) const {
    if (a.storage != b.storage || a.offset != b.offset) return false;
    for (int k = 0; k < a.shape.rank(); ++k) {
      if (a.shape[k] != 1 && a.strides[k] != b.strides[k]) return false;
    }
    return true;
  }

  bool lie_in(const Joined& joined, const Located& whole) {
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

  Located gather(const Joined& joined) {
    const Located whole = memory_of(joined);
    if (joined.pieces.size() == 1) return whole;
    const auto parts = parts_of(joined, whole);
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const Located piece = locate(joined.pieces[k]);
      copy(piece, parts[k]);
    }
    return whole;
  }

  /// What kernels of one op read as it lies, and where it is copied for them.
  struct Shared {
    int readers = 0;
    Located copy{};
  };
  struct SharedKey {
    const Op* op;
    std::size_t input;
    ValueId base;
    std::int64_t offset;
    Shape shape;
    Strides strides;
    bool operator==(const SharedKey&) const = default;
  };
  struct SharedHash {
    std::size_t operator()(const SharedKey& key) const {
      return mixed(mixed(reinterpret_cast<std::uintptr_t>(key.op) + key.input, key.base),
                   static_cast<std::uint64_t>(key.offset) + key.shape.hash());
    }
  };

  SharedKey key_of(const Op* op, std::size_t input, ValueId v) const {
    const Draft::Value& value = draft_.values[v];
    return {op, input, value.base, value.offset, value.shape, value.strides};
  }

  void count_readers() {
    for (const Step& step : schedule_.steps) {
      if (step.kind != Step::Kind::kernel) continue;
      const Op* op = draft_.nodes[step.members.front()].op;
      if (op->prefers == nullptr) continue;
      for (std::size_t k = 0; k < step.inputs.size(); ++k) {
        if (step.inputs[k].pieces.size() != 1) continue;
        ++shared_[key_of(op, k, step.inputs[k].pieces.front())].readers;
      }
    }
  }

  static std::int64_t extent(const Located& at, Strides strides) {
    std::int64_t elements = 1;
    for (int k = 0; k < at.shape.rank(); ++k) elements += (at.shape[k] - 1) * strides[k];
    return elements * static_cast<std::int64_t>(size_of(at.dtype));
  }

  // Copies what many read to where they read it faster, the first time.
  void prepare(const Step& step, const Draft::Node& node, std::vector<Located>& inputs) {
    if (node.op->prefers == nullptr) return;
    constexpr int many_readers = 4;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (step.inputs[k].pieces.size() != 1) continue;
      Shared& shared = shared_[key_of(node.op, k, step.inputs[k].pieces.front())];
      if (shared.readers < many_readers) continue;
      if (shared.copy.storage == no_id) {
        shared.copy = inputs[k];
        if (const auto strides = preferred(node, inputs, k)) {
          shared.copy = {new_storage({.bytes = extent(inputs[k], *strides)}), 0, inputs[k].shape,
                         *strides, inputs[k].dtype};
          copy(inputs[k], shared.copy);
        }
      }
      inputs[k] = shared.copy;
    }
  }

  std::optional<Strides> preferred(const Draft::Node& node, std::span<const Located> inputs,
                                   std::size_t k) const {
    std::vector<Array> arrays;
    for (const Located& at : inputs) {
      arrays.push_back({{}, nullptr, at.shape, at.strides, at.dtype});
    }
    const detail::Node& recorded = recording_.nodes[node.recorded];
    return node.op->prefers(
        {*node.op, recording_.attributes_of(recorded), recording_.place_of(recorded), arrays, {}},
        static_cast<int>(k));
  }

  void run_kernel(const Step& step) {
    const Draft::Node& node = draft_.nodes[step.members.front()];
    Plan::Kernel kernel{node.op, {}, {}, {}};
    for (const std::uint32_t n : step.members) kernel.recorded.push_back(draft_.nodes[n].recorded);
    std::vector<Located> inputs;
    for (const Joined& joined : step.inputs) inputs.push_back(gather(joined));
    prepare(step, node, inputs);
    if (step.members.size() == 1) take_over(node, inputs);
    std::vector<Located> outputs;
    for (const Joined& joined : step.outputs) outputs.push_back(memory_of(joined));
    for (const Located& at : inputs) kernel.inputs.push_back(use(at));
    for (const Located& at : outputs) kernel.outputs.push_back(use(at));
    plan_.steps.emplace_back(std::move(kernel));
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const Joined& joined = step.outputs[k];
      if (joined.pieces.size() == 1) continue;
      const auto parts = parts_of(joined, outputs[k]);
      for (std::size_t p = 0; p < parts.size(); ++p) {
        const Located piece = locate(joined.pieces[p]);
        copy(parts[p], piece);
      }
    }
  }

  // A kernel may work in the memory of an input that nothing else reads.
  void take_over(const Draft::Node& node, std::span<const Located> inputs) {
    if (node.op->algebra.in_place == 0 || node.kind == Kind::sum || node.values != 1) return;
    const ValueId out = node.first_value;
    const Draft::Value& result = draft_.values[out];
    if (result.asked || element_of(out) != Layout::nowhere || schedule_.inside[out] != no_id)
      return;
    const auto values = draft_.inputs_of(node);
    for (std::size_t k = 0; k < std::min<std::size_t>(values.size(), 32); ++k) {
      const Draft::Value& input = draft_.values[values[k]];
      const bool free = (node.op->algebra.in_place >> k & 1) != 0 && input.base == values[k] &&
                        input.uses == 1 && !input.wanted && input.node != no_id &&
                        draft_.producer(values[k])->kind != Kind::join &&
                        input.shape == result.shape && input.dtype == result.dtype &&
                        storages_[inputs[k].storage].where == Storage::Where::arena &&
                        inputs[k].strides == Strides::dense(input.shape);
      if (free) {
        at_[out] = inputs[k];
        return;
      }
    }
  }

  struct Lanes {
    std::vector<Located> at;  ///< of the inputs and then the stores
    std::vector<StrideList> strides;
    std::vector<std::int64_t> offsets;

    bool same_kind(const Lanes& other) const {
      if (strides != other.strides) return false;
      for (std::size_t k = 0; k < at.size(); ++k) {
        if (at[k].dtype != other.at[k].dtype) return false;
      }
      return true;
    }
  };

  Lanes lanes_of(const Pass& pass) {
    Lanes lanes;
    for (const Pass::Input& input : pass.inputs) {
      const Located at = locate(input.value);
      std::int64_t offset = at.offset;
      StrideList strides{};
      if (input.box == no_id) {
        strides = broadcast_strides(at, pass.shape);
      } else {
        const Box& box = fusion_.boxes[input.box];
        const StrideList whole = broadcast_strides(at, input.boxed);
        for (int a = 0; a < input.boxed.rank(); ++a) {
          const auto k = static_cast<std::size_t>(a);
          offset += box.start[k] * whole[k] * static_cast<std::int64_t>(size_of(at.dtype));
        }
        for (int j = 0; j < pass.shape.rank(); ++j) {
          const auto k = static_cast<std::size_t>(j);
          strides[k] = box.axis[k] < 0 ? 0 : whole[static_cast<std::size_t>(box.axis[k])];
        }
      }
      lanes.at.push_back(at);
      lanes.strides.push_back(strides);
      lanes.offsets.push_back(offset);
    }
    for (const Pass::Store& store : pass.stores) {
      const Located at = locate(store.value);
      lanes.at.push_back(at);
      lanes.strides.push_back(broadcast_strides(at, pass.shape));
      lanes.offsets.push_back(at.offset);
    }
    return lanes;
  }

  void run_passes(const Step& step) {
    std::vector<std::pair<Lanes, Plan::Passes>> kinds;
    for (const std::uint32_t p : step.members) {
      const Pass& pass = fusion_.passes[p];
      if (pass.shape.empty()) {
        for (const Pass::Store& store : pass.stores) use(locate(store.value));
        continue;
      }
      Lanes lanes = lanes_of(pass);
      auto kind =
          std::ranges::find_if(kinds, [&](const auto& k) { return k.first.same_kind(lanes); });
      if (kind == kinds.end()) {
        kinds.emplace_back(lanes, prepare(pass, lanes));
        kind = kinds.end() - 1;
      }
      Plan::Passes& passes = kind->second;
      for (std::size_t k = 0; k < lanes.at.size(); ++k) {
        Plan::Operand operand = use(lanes.at[k]);
        operand.address.offset = lanes.offsets[k];
        passes.addresses.push_back(operand.address);
      }
      passes.recorded.push_back(pass.recorded);
      ++passes.count;
    }
    const std::uint32_t begin = now();
    for (auto& [lanes, passes] : kinds) plan_.steps.emplace_back(std::move(passes));
    // All of them count as one step: what one reads must live until the last has run.
    for (const std::uint32_t p : step.members) {
      const Pass& pass = fusion_.passes[p];
      const std::uint32_t last = std::max(begin + 1, now()) - 1;
      for (const Pass::Input& input : pass.inputs) extend(locate(input.value).storage, last);
      for (const Pass::Store& store : pass.stores) extend(locate(store.value).storage, last);
    }
  }

  void extend(StorageId storage, std::uint32_t last) {
    storages_[storage].last = std::max(storages_[storage].last, last);
  }

  Plan::Passes prepare(const Pass& pass, const Lanes& lanes) {
    Plan::Passes passes{.pass = {},
                        .addresses = {},
                        .count = 0,
                        .code = pass.code,
                        .inputs = {},
                        .stores = {},
                        .shape = pass.shape,
                        .compute = pass.compute,
                        .recorded = {}};
    const auto rank = static_cast<std::size_t>(pass.shape.rank());
    std::byte* apart = nowhere();
    const auto array = [&](std::size_t k) {
      apart += 1 << 20;
      return Array{{},
                   apart,
                   pass.shape,
                   Strides(std::span(lanes.strides[k]).first(rank)),
                   lanes.at[k].dtype};
    };
    for (std::size_t k = 0; k < pass.inputs.size(); ++k) passes.inputs.push_back(array(k));
    for (std::size_t k = 0; k < pass.stores.size(); ++k) {
      passes.stores.push_back({pass.stores[k].from, array(pass.inputs.size() + k)});
    }
    passes.pass = std::make_shared<const detail::PreparedPass>(pass.code, pass.compute, pass.shape,
                                                               passes.inputs, passes.stores);
    return passes;
  }

  void collect_results() {
    for (ValueId v = 0; v < draft_.values.size(); ++v) {
      const Draft::Value& value = draft_.values[v];
      if (!value.wanted) continue;
      const Located at = locate(v);
      storages_[at.storage].first = std::min(storages_[at.storage].first, now());
      storages_[at.storage].last = now();
      plan_.results.push_back(
          {value.output,
           {{at.storage, at.offset}, {{}, nullptr, at.shape, at.strides, at.dtype}},
           value.asked});
    }
  }

  void assign_addresses() {
    for (Storage& storage : storages_) {
      if (storage.where != Storage::Where::leaf) continue;
      storage.address = {static_cast<Plan::Source>(plan_.leaves.size()), 0};
      plan_.leaves.push_back(storage.output);
    }
    const auto arena = static_cast<Plan::Source>(plan_.leaves.size());
    for (Storage& storage : storages_) {
      if (storage.where != Storage::Where::own) continue;
      plan_.owns.push_back({static_cast<std::size_t>(storage.bytes), storage.output});
      storage.address = {arena + static_cast<Plan::Source>(plan_.owns.size()), 0};
    }
    share_arena(arena);
    for (Plan::Step& step : plan_.steps) {
      std::visit([this](auto& s) { resolve(s); }, step);
    }
    for (Plan::Result& result : plan_.results) resolve(result.at.address);
  }

  void share_arena(Plan::Source arena) {
    std::vector<std::vector<StorageId>> begin(plan_.steps.size() + 1);
    std::vector<std::vector<StorageId>> end(plan_.steps.size() + 1);
    for (StorageId s = 0; s < storages_.size(); ++s) {
      const Storage& storage = storages_[s];
      if (storage.where != Storage::Where::arena || storage.first == no_id) continue;
      begin[storage.first].push_back(s);
      end[storage.last].push_back(s);
    }
    Arena memory;
    for (std::size_t step = 0; step < begin.size(); ++step) {
      for (const StorageId s : begin[step]) {
        storages_[s].address = {arena, memory.take(storages_[s].bytes)};
      }
      for (const StorageId s : end[step]) {
        memory.give(storages_[s].address.offset, storages_[s].bytes);
      }
    }
    plan_.arena_bytes = static_cast<std::size_t>(memory.size());
  }

  void resolve(Plan::Address& address) const {
    const Plan::Address& storage = storages_[address.source].address;
    address = {storage.source, storage.offset + address.offset};
  }
  void resolve(Plan::Passes& passes) const {
    for (Plan::Address& address : passes.addresses) resolve(address);
  }
  void resolve(Plan::Kernel& kernel) const {
    for (Plan::Operand& operand : kernel.inputs) resolve(operand.address);
    for (Plan::Operand& operand : kernel.outputs) resolve(operand.address);
  }
  void resolve(Plan::Copies& copies) const {
    for (Plan::Copies::Pair& pair : copies.pairs) {
      resolve(pair.from);
      resolve(pair.to);
    }
  }

  Recording& recording_;
  const Draft& draft_;
  const Fusion& fusion_;
  const Schedule& schedule_;
  Plan plan_;
  std::vector<Storage> storages_;
  std::vector<Located> at_;  ///< by value
  std::unordered_map<SharedKey, Shared, SharedHash> shared_;
  std::vector<StorageId> storage_of_block_;
  std::vector<std::int64_t> offset_of_element_;
};

}  // namespace

Plan make_plan(Recording& recording, std::span<const NodeId> needed) {
  Draft draft = draft_of(recording, needed);
  apply_sum_law(draft, recording);
  const Fusion fusion = fuse(draft);
  const Schedule order = schedule(draft, fusion, recording);
  return Builder(recording, draft, fusion, order).build();
}

}  // namespace chronograd::plan
