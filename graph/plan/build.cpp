#include <algorithm>
#include <optional>

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/last_reads.h"
#include "chronograd/graph/plan/pack.h"
#include "chronograd/graph/plan/places.h"
#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/plan/programs.h"
#include "chronograd/graph/plan/schedule.h"
#include "chronograd/graph/plan/shared_operands.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;
using detail::Recording;

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
        places_(recording, draft, schedule.placement),
        last_reads_(draft, fusion, schedule),
        shared_(draft, schedule) {}

  Plan build() {
    for (const Step& step : schedule_.steps) {
      step_ = static_cast<std::uint32_t>(&step - schedule_.steps.data());
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

  // The storage's number stands for the source until all of them have addresses.
  Plan::Address use_at(const Located& at, std::uint32_t step) {
    Storage& storage = places_.storage(at.storage);
    storage.first = std::min(storage.first, step);
    storage.last = std::max(storage.last, step);
    return {at.storage, at.offset};
  }

  Plan::Operand use(const Located& at) {
    return {use_at(at, now()), {{}, nullptr, at.shape, at.strides, at.dtype}};
  }

  void copy(const Located& from, const Located& to) {
    if (same_place(from, to) || to.shape.empty()) return;
    if (may_go_along(from, to)) {
      auto& copies = std::get<Plan::Copies>(plan_.steps.back());
      copies.pairs.push_back({use_at(from, now() - 1), use_at(to, now() - 1)});
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

  void run_join(const Draft::Node& node) {
    const Located result = places_.locate(node.first_value);
    const auto places = places_.places_in(node, result);
    const auto inputs = draft_.inputs_of(node);
    for (std::size_t k = 0; k < inputs.size(); ++k) copy(places_.locate(inputs[k]), places[k]);
    // Pieces that were computed in place keep the memory alive through their own uses.
    use(result);
  }

  Located gather(const Joined& joined) {
    const Located whole = places_.memory_of(joined);
    if (joined.pieces.size() == 1) return whole;
    const auto parts = places_.parts_of(joined, whole);
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const Located piece = places_.locate(joined.pieces[k]);
      copy(piece, parts[k]);
    }
    return whole;
  }

  static std::int64_t extent(const Located& at, Strides strides) {
    std::int64_t elements = 1;
    for (int k = 0; k < at.shape.rank(); ++k) elements += (at.shape[k] - 1) * strides[k];
    return elements * static_cast<std::int64_t>(size_of(at.dtype));
  }

  // Where the inputs of a kernel are. What many read is joined once, and copied to where they read
  // it faster.
  std::vector<Located> inputs_of(const Step& step, const Draft::Node& node) {
    std::vector<Located> inputs;
    std::vector<Located*> shared;
    for (std::size_t k = 0; k < step.inputs.size(); ++k) {
      shared.push_back(shared_.copy_of(step, k));
      const bool known = shared[k] != nullptr && shared[k]->storage != no_id;
      inputs.push_back(known ? *shared[k] : gather(step.inputs[k]));
    }
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (shared[k] == nullptr || shared[k]->storage != no_id) continue;
      *shared[k] = inputs[k];
      if (const auto strides = preferred(node, inputs, k)) {
        *shared[k] = {places_.new_storage({.bytes = extent(inputs[k], *strides)}), 0,
                      inputs[k].shape, *strides, inputs[k].dtype};
        copy(inputs[k], *shared[k]);
      }
      inputs[k] = *shared[k];
    }
    return inputs;
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
    for (const std::uint32_t n : step.members) {
      const auto recorded = draft_.recorded_of(draft_.nodes[n]);
      kernel.recorded.insert(kernel.recorded.end(), recorded.begin(), recorded.end());
    }
    const std::vector<Located> inputs = inputs_of(step, node);
    if (step.members.size() == 1) take_over(node);
    std::vector<Located> outputs;
    for (const Joined& joined : step.outputs) outputs.push_back(places_.memory_of(joined));
    for (const Located& at : inputs) kernel.inputs.push_back(use(at));
    for (const Located& at : outputs) kernel.outputs.push_back(use(at));
    plan_.steps.emplace_back(std::move(kernel));
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const Joined& joined = step.outputs[k];
      if (joined.pieces.size() == 1) continue;
      const auto parts = places_.parts_of(joined, outputs[k]);
      for (std::size_t p = 0; p < parts.size(); ++p) {
        const Located piece = places_.locate(joined.pieces[p]);
        copy(parts[p], piece);
      }
    }
  }

  // Whether the present step may put a value where this input of it is.
  bool may_take_over(ValueId input, ValueId out) const {
    const Draft::Value& from = draft_.values[input];
    const Draft::Value& to = draft_.values[out];
    const Draft::Node* producer = draft_.producer(input);
    if (from.base != input || from.shape != to.shape || from.dtype != to.dtype ||
        producer == nullptr || producer->kind == Kind::join || !places_.lies_alone(input) ||
        !last_reads_.ends_with(input, step_)) {
      return false;
    }
    const Located& at = places_.known(input);
    if (at.storage == no_id) return false;
    const Storage& storage = places_.storage(at.storage);
    return storage.where == Storage::Where::arena &&
           storage.bytes == bytes_of(from.shape, from.dtype) &&
           at.strides == Strides::dense(from.shape);
  }

  void take_over(const Draft::Node& node) {
    if (node.op->algebra.in_place == 0 || node.kind == Kind::sum || node.values != 1) return;
    if (!places_.is_free(node.first_value)) return;
    const auto values = draft_.inputs_of(node);
    for (std::size_t k = 0; k < std::min<std::size_t>(values.size(), 32); ++k) {
      if ((node.op->algebra.in_place >> k & 1) == 0) continue;
      if (!may_take_over(values[k], node.first_value)) continue;
      return places_.put(node.first_value, places_.known(values[k]));
    }
  }

  // What is smaller lies in the nearest caches anyway.
  static constexpr std::int64_t worth_replacing = 1 << 16;

  // What a pass stores may replace what it reads, element by element.
  void take_over(const Pass& pass) {
    over_.assign(pass.stores.size(), Lane::apart);
    for (std::size_t s = 0; s < pass.stores.size(); ++s) {
      const ValueId out = pass.stores[s].value;
      const Draft::Value& result = draft_.values[out];
      if (!places_.is_free(out) || result.shape != pass.shape) continue;
      if (bytes_of(result.shape, result.dtype) < worth_replacing) continue;
      for (std::size_t k = 0; k < pass.inputs.size(); ++k) {
        const bool taken = std::ranges::find(over_, k) != over_.end();
        if (taken || pass.inputs[k].box != no_id || !may_take_over(pass.inputs[k].value, out)) {
          continue;
        }
        places_.put(out, places_.known(pass.inputs[k].value));
        over_[s] = k;
        break;
      }
    }
  }

  void find_lanes(const Pass& pass) {
    take_over(pass);
    lanes_.clear();
    addresses_.clear();
    for (const Pass::Input& input : pass.inputs) {
      const Located& at = places_.locate(input.value);
      StrideList strides{};
      std::int64_t offset = at.offset;
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
      lanes_.push_back({at.dtype, strides, Lane::apart});
      addresses_.push_back({at.storage, offset});
    }
    for (std::size_t s = 0; s < pass.stores.size(); ++s) {
      const Located& at = places_.locate(pass.stores[s].value);
      lanes_.push_back({at.dtype, broadcast_strides(at, pass.shape), over_[s]});
      addresses_.push_back({at.storage, at.offset});
    }
  }

  // Passes of one program; those whose operands lie in the same way run as one step.
  void run_passes(const Step& step) {
    const std::uint32_t begin = now();
    std::vector<Plan::Passes> kinds;
    std::vector<StorageId> used;
    for (const std::uint32_t p : step.members) {
      const Pass& pass = fusion_.passes[p];
      find_lanes(pass);
      for (const Plan::Address& address : addresses_) used.push_back(address.source);
      if (pass.shape.empty()) continue;
      const auto program = programs_.program(pass, lanes_);
      auto kind = std::ranges::find(kinds, program, &Plan::Passes::program);
      if (kind == kinds.end()) kind = kinds.insert(kind, {.program = program, .addresses = {}});
      kind->addresses.insert(kind->addresses.end(), addresses_.begin(), addresses_.end());
      kind->recorded.push_back(pass.recorded);
      ++kind->count;
    }
    for (Plan::Passes& passes : kinds) plan_.steps.emplace_back(std::move(passes));
    // All of them count as one step: what one reads must live until the last has run.
    const std::uint32_t last = std::max(begin + 1, now()) - 1;
    for (const StorageId s : used) {
      places_.storage(s).first = std::min(places_.storage(s).first, begin);
      places_.storage(s).last = std::max(places_.storage(s).last, last);
    }
  }

  void collect_results() {
    for (ValueId v = 0; v < draft_.values.size(); ++v) {
      const Draft::Value& value = draft_.values[v];
      if (!value.wanted) continue;
      plan_.results.push_back({value.output, use(places_.locate(v)), value.asked});
    }
  }

  void assign_addresses() {
    for (Storage& storage : places_.storages()) {
      if (storage.where != Storage::Where::leaf) continue;
      storage.address = {static_cast<Plan::Source>(plan_.leaves.size()), 0};
      plan_.leaves.push_back({storage.output, recording_.outputs[storage.output].strides});
    }
    const auto arena = static_cast<Plan::Source>(plan_.leaves.size());
    for (Storage& storage : places_.storages()) {
      if (storage.where != Storage::Where::own) continue;
      plan_.owns.push_back(static_cast<std::size_t>(storage.bytes));
      storage.address = {arena + static_cast<Plan::Source>(plan_.owns.size()), 0};
    }
    share_arena(arena);
    for (Plan::Step& step : plan_.steps) {
      std::visit([this](auto& s) { resolve(s); }, step);
    }
    for (Plan::Result& result : plan_.results) resolve(result.at.address);
  }

  void share_arena(Plan::Source arena) {
    std::vector<StorageId> shared;
    for (StorageId s = 0; s < places_.storages().size(); ++s) {
      const Storage& storage = places_.storage(s);
      if (storage.where == Storage::Where::arena && storage.first != no_id) shared.push_back(s);
    }
    std::ranges::stable_sort(shared, {}, [&](StorageId s) { return places_.storage(s).first; });
    std::vector<Block> blocks;
    for (const StorageId s : shared) {
      const Storage& storage = places_.storage(s);
      blocks.push_back({storage.first, storage.last, storage.bytes});
    }
    plan_.arena_bytes = static_cast<std::size_t>(pack(blocks));
    for (std::size_t k = 0; k < shared.size(); ++k) {
      places_.storage(shared[k]).address = {arena, blocks[k].offset};
    }
  }

  void resolve(Plan::Address& address) const {
    const Plan::Address& storage = places_.storage(address.source).address;
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
  Places places_;
  const LastReads last_reads_;
  std::uint32_t step_ = 0;  ///< of the schedule
  Plan plan_;
  Programs programs_;
  std::vector<std::size_t> over_;  ///< by store: the input it replaces
  std::vector<Lane> lanes_;
  std::vector<Plan::Address> addresses_;
  SharedOperands shared_;
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
