#include "chronograd/graph/plan/addresses.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "chronograd/graph/plan/pack.h"

namespace chronograd::plan {
namespace {

class Addresses {
 public:
  Addresses(Plan& plan, Locations& locations, const detail::Recording& recording)
      : plan_(plan), locations_(locations), recording_(recording) {}

  void run() {
    for (Storage& storage : locations_.storages()) {
      if (storage.where != Storage::Where::leaf) continue;
      storage.address = {static_cast<Plan::Source>(plan_.leaves.size()), 0};
      plan_.leaves.push_back({storage.output, recording_.outputs[storage.output].strides});
    }
    const auto arena = static_cast<Plan::Source>(plan_.leaves.size());
    for (Storage& storage : locations_.storages()) {
      if (storage.where != Storage::Where::own) continue;
      plan_.owns.push_back(static_cast<std::size_t>(storage.bytes));
      storage.address = {arena + static_cast<Plan::Source>(plan_.owns.size()), 0};
    }
    share_arena(arena);
    for (Plan::Task& task : plan_.tasks) {
      std::visit([this](auto& s) { resolve(s); }, task);
    }
    for (Plan::Result& result : plan_.results) resolve(result.at.address);
  }

 private:
  void share_arena(Plan::Source arena) {
    std::vector<StorageId> shared;
    for (StorageId s = 0; s < locations_.storages().size(); ++s) {
      const Storage& storage = locations_.storage(s);
      if (storage.where == Storage::Where::arena && storage.first != no_id) shared.push_back(s);
    }
    std::ranges::stable_sort(shared, {}, [&](StorageId s) { return locations_.storage(s).first; });
    std::vector<Lifetime> lifetimes;
    for (const StorageId s : shared) {
      const Storage& storage = locations_.storage(s);
      lifetimes.push_back({storage.first, storage.last, storage.bytes});
    }
    plan_.arena_bytes = static_cast<std::size_t>(pack(lifetimes));
    for (std::size_t k = 0; k < shared.size(); ++k) {
      locations_.storage(shared[k]).address = {arena, lifetimes[k].offset};
    }
  }

  void resolve(Plan::Address& address) const {
    const Plan::Address& storage = locations_.storage(address.source).address;
    address = {storage.source, storage.offset + address.offset};
  }
  void resolve(Plan::Fused& kernels) const {
    for (Plan::Address& address : kernels.addresses) resolve(address);
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

  Plan& plan_;
  Locations& locations_;
  const detail::Recording& recording_;
};

}  // namespace

void assign_addresses(Plan& plan, Locations& locations, const detail::Recording& recording) {
  Addresses(plan, locations, recording).run();
}

}  // namespace chronograd::plan
