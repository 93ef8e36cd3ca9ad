#include "chronograd/graph/plan/build.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "chronograd/graph/plan/in_place.h"
#include "chronograd/graph/plan/programs.h"
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
  Builder(const Recording& recording, const Draft& draft, const Fusion& fusion,
          const Schedule& schedule, Locations& locations)
      : recording_(recording),
        draft_(draft),
        fusion_(fusion),
        schedule_(schedule),
        locations_(locations),
        in_place_(draft, fusion, schedule, locations),
        shared_(draft, schedule) {}

  Plan build() {
    for (const Task& task : schedule_.tasks) {
      in_place_.go_to(static_cast<std::uint32_t>(&task - schedule_.tasks.data()));
      switch (task.kind) {
        case Task::Kind::fused:
          add_fused(task);
          break;
        case Task::Kind::kernel:
          add_kernel(task);
          break;
        case Task::Kind::join:
          add_join(draft_.nodes[task.members.front()]);
          break;
      }
    }
    collect_results();
    return std::move(plan_);
  }

 private:
  std::uint32_t now() const { return static_cast<std::uint32_t>(plan_.tasks.size()); }

  // Until the passes that follow number the sources, the number of the storage stands for one.
  Plan::Address use_at(const Located& at, std::uint32_t task) {
    Storage& storage = locations_.storage(at.storage);
    storage.first = std::min(storage.first, task);
    storage.last = std::max(storage.last, task);
    return {at.storage, at.offset};
  }

  Plan::Operand use(const Located& at) {
    return {use_at(at, now()), {{}, nullptr, at.shape, at.strides, at.dtype}};
  }

  void copy(const Located& from, const Located& to) {
    if (same_memory(from, to) || to.shape.empty()) return;
    if (may_go_along(from, to)) {
      auto& copies = std::get<Plan::Copies>(plan_.tasks.back());
      copies.pairs.push_back({use_at(from, now() - 1), use_at(to, now() - 1)});
      return;
    }
    Array source = use(from).array;
    Array target = use(to).array;
    const std::int64_t bytes = source.dense() && target.dense() && source.dtype == target.dtype
                                   ? bytes_of(source.shape, source.dtype)
                                   : 0;
    plan_.tasks.emplace_back(Plan::Copies{
        source, target, bytes, {{{from.storage, from.offset}, {to.storage, to.offset}}}});
  }

  // Whether a copy can be a part of the last task, which copies arrays that lie alike.
  bool may_go_along(const Located& from, const Located& to) const {
    if (plan_.tasks.empty()) return false;
    const auto* last = std::get_if<Plan::Copies>(&plan_.tasks.back());
    return last != nullptr && last->from.shape == from.shape &&
           last->from.strides == from.strides && last->from.dtype == from.dtype &&
           last->to.strides == to.strides && last->to.dtype == to.dtype;
  }

  void add_join(const Draft::Node& node) {
    const Located result = locations_.locate(node.first_value);
    const auto parts = locations_.locations_in(node, result);
    const auto inputs = draft_.inputs_of(node);
    for (std::size_t k = 0; k < inputs.size(); ++k) copy(locations_.locate(inputs[k]), parts[k]);
    // An input that was computed where it belongs in the result is copied by nobody, but it has
    // used the storage itself, so the lifetime includes it.
    use(result);
  }

  Located gather(const Joined& joined) {
    const Located whole = locations_.memory_of(joined);
    if (joined.pieces.size() == 1) return whole;
    const auto parts = locations_.parts_of(joined, whole);
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const Located piece = locations_.locate(joined.pieces[k]);
      copy(piece, parts[k]);
    }
    return whole;
  }

  static std::int64_t extent(const Located& at, Strides strides) {
    std::int64_t elements = 1;
    for (int k = 0; k < at.shape.rank(); ++k) elements += (at.shape[k] - 1) * strides[k];
    return elements * static_cast<std::int64_t>(size_of(at.dtype));
  }

  // Where the inputs of a kernel are. An input that many kernels share is joined once for all of
  // them, and copied to the strides in which they read it faster.
  std::vector<Located> inputs_of(const Task& task, const Draft::Node& node) {
    std::vector<Located> inputs;
    std::vector<Located*> shared;
    for (std::size_t k = 0; k < task.inputs.size(); ++k) {
      shared.push_back(shared_.copy_of(task, k));
      const bool known = shared[k] != nullptr && shared[k]->storage != no_id;
      inputs.push_back(known ? *shared[k] : gather(task.inputs[k]));
    }
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (shared[k] == nullptr || shared[k]->storage != no_id) continue;
      *shared[k] = inputs[k];
      if (const auto strides = preferred(node, inputs, k)) {
        *shared[k] = {locations_.new_storage({.bytes = extent(inputs[k], *strides)}), 0,
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

  void add_kernel(const Task& task) {
    const Draft::Node& node = draft_.nodes[task.members.front()];
    Plan::Kernel kernel{node.op, {}, {}, {}};
    for (const std::uint32_t n : task.members) {
      const auto recorded = draft_.recorded_of(draft_.nodes[n]);
      kernel.recorded.insert(kernel.recorded.end(), recorded.begin(), recorded.end());
    }
    const std::vector<Located> inputs = inputs_of(task, node);
    if (task.members.size() == 1) in_place_.take_over(node);
    std::vector<Located> outputs;
    for (const Joined& joined : task.outputs) outputs.push_back(locations_.memory_of(joined));
    for (const Located& at : inputs) kernel.inputs.push_back(use(at));
    for (const Located& at : outputs) kernel.outputs.push_back(use(at));
    plan_.tasks.emplace_back(std::move(kernel));
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const Joined& joined = task.outputs[k];
      if (joined.pieces.size() == 1) continue;
      const auto parts = locations_.parts_of(joined, outputs[k]);
      for (std::size_t p = 0; p < parts.size(); ++p) {
        const Located piece = locations_.locate(joined.pieces[p]);
        copy(parts[p], piece);
      }
    }
  }

  void find_lanes(const FusedKernel& kernel) {
    const std::vector<std::size_t> over = in_place_.take_over(kernel);
    lanes_.clear();
    addresses_.clear();
    for (const FusedKernel::Input& input : kernel.inputs) {
      const Located& at = locations_.locate(input.value);
      StrideList strides{};
      std::int64_t offset = at.offset;
      if (input.box == no_id) {
        strides = broadcast_strides(at, kernel.shape);
      } else {
        const Box& box = fusion_.boxes[input.box];
        const StrideList whole = broadcast_strides(at, input.boxed);
        for (int a = 0; a < input.boxed.rank(); ++a) {
          const auto k = static_cast<std::size_t>(a);
          offset += box.start[k] * whole[k] * static_cast<std::int64_t>(size_of(at.dtype));
        }
        for (int j = 0; j < kernel.shape.rank(); ++j) {
          const auto k = static_cast<std::size_t>(j);
          strides[k] = box.axis[k] < 0 ? 0 : whole[static_cast<std::size_t>(box.axis[k])];
        }
      }
      lanes_.push_back({at.dtype, strides, Lane::apart});
      addresses_.push_back({at.storage, offset});
    }
    for (std::size_t s = 0; s < kernel.stores.size(); ++s) {
      const Located& at = locations_.locate(kernel.stores[s].value);
      lanes_.push_back({at.dtype, broadcast_strides(at, kernel.shape), over[s]});
      addresses_.push_back({at.storage, at.offset});
    }
  }

  // The fused kernels of a task have one program. Those whose operands have the same strides become
  // one task of the plan.
  void add_fused(const Task& task) {
    const std::uint32_t begin = now();
    std::vector<Plan::Fused> kinds;
    std::vector<StorageId> used;
    for (const std::uint32_t p : task.members) {
      const FusedKernel& kernel = fusion_.kernels[p];
      find_lanes(kernel);
      for (const Plan::Address& address : addresses_) used.push_back(address.source);
      if (kernel.shape.empty()) continue;
      const auto program = programs_.program(kernel, lanes_);
      auto kind = std::ranges::find(kinds, program, &Plan::Fused::program);
      if (kind == kinds.end()) kind = kinds.insert(kind, {.program = program, .addresses = {}});
      kind->addresses.insert(kind->addresses.end(), addresses_.begin(), addresses_.end());
      kind->recorded.push_back(kernel.recorded);
      ++kind->count;
    }
    for (Plan::Fused& kernels : kinds) plan_.tasks.emplace_back(std::move(kernels));
    // The tasks that these became are in no particular order, so what one of them reads must live
    // until all have run, and what one writes must not overlap with anything before.
    const std::uint32_t last = std::max(begin + 1, now()) - 1;
    for (const StorageId s : used) {
      locations_.storage(s).first = std::min(locations_.storage(s).first, begin);
      locations_.storage(s).last = std::max(locations_.storage(s).last, last);
    }
  }

  void collect_results() {
    for (ValueId v = 0; v < draft_.values.size(); ++v) {
      const Draft::Value& value = draft_.values[v];
      if (!value.wanted) continue;
      plan_.results.push_back({value.output, use(locations_.locate(v)), value.asked});
    }
  }

  const Recording& recording_;
  const Draft& draft_;
  const Fusion& fusion_;
  const Schedule& schedule_;
  Locations& locations_;
  InPlace in_place_;
  Plan plan_;
  Programs programs_;
  std::vector<Lane> lanes_;
  std::vector<Plan::Address> addresses_;
  SharedOperands shared_;
};

}  // namespace

Plan build(const Recording& recording, const Draft& draft, const Fusion& fusion,
           const Schedule& schedule, Locations& locations) {
  return Builder(recording, draft, fusion, schedule, locations).build();
}

}  // namespace chronograd::plan
