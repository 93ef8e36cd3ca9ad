#include "chronograd/graph/plan/programs.h"

#include <algorithm>

#include "chronograd/graph/memory/hash.h"
#include "chronograd/graph/memory/nowhere.h"

namespace chronograd::plan {
namespace {

bool same(const Instruction& a, const Instruction& b) {
  return a.op == b.op && a.a == b.a && a.b == b.b && a.c == b.c;
}

bool serves(const Plan::Program& program, const FusedKernel& kernel) {
  return program.shape == kernel.shape && program.compute == kernel.compute &&
         std::ranges::equal(program.code, kernel.code, same) &&
         std::ranges::equal(program.stores, kernel.stores, {}, &detail::Store::from,
                            &FusedKernel::Store::from);
}

std::uint64_t hash_of(const FusedKernel& kernel, std::span<const Lane> lanes) {
  std::uint64_t hash = detail::mixed(kernel.shape.hash(), kernel.code.size());
  for (const Instruction& i : kernel.code) {
    hash = detail::mixed(hash, bits_of(i));
  }
  for (const Lane& lane : lanes) {
    for (int k = 0; k < kernel.shape.rank(); ++k) {
      hash = detail::mixed(hash,
                           static_cast<std::uint64_t>(lane.strides[static_cast<std::size_t>(k)]));
    }
  }
  return hash;
}

std::shared_ptr<const Plan::Program> prepare(const FusedKernel& kernel,
                                             std::span<const Lane> lanes) {
  const auto rank = static_cast<std::size_t>(kernel.shape.rank());
  // The interpreter sees from the addresses which operands share memory. These do not, except for a
  // store over an input, so they get addresses far apart.
  std::byte* next = detail::nowhere();
  const auto array = [&](const Lane& lane) {
    next += 1 << 20;
    return Array{{}, next, kernel.shape, Strides(std::span(lane.strides).first(rank)), lane.dtype};
  };
  std::vector<Array> inputs;
  std::vector<detail::Store> stores;
  for (std::size_t k = 0; k < kernel.inputs.size(); ++k) inputs.push_back(array(lanes[k]));
  for (std::size_t k = 0; k < kernel.stores.size(); ++k) {
    const Lane& lane = lanes[kernel.inputs.size() + k];
    stores.push_back({kernel.stores[k].from, array(lane)});
    if (lane.over != Lane::apart) stores.back().to.data = inputs[lane.over].data;
  }
  return std::make_shared<const Plan::Program>(kernel.code, kernel.compute, kernel.shape,
                                               std::move(inputs), std::move(stores));
}

}  // namespace

std::shared_ptr<const Plan::Program> Programs::program(const FusedKernel& kernel,
                                                       std::span<const Lane> lanes) {
  const std::uint64_t hash = hash_of(kernel, lanes);
  const auto [begin, end] = known_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (std::ranges::equal(it->second.lanes, lanes) && serves(*it->second.program, kernel)) {
      return it->second.program;
    }
  }
  auto program = prepare(kernel, lanes);
  known_.emplace(hash, Known{{lanes.begin(), lanes.end()}, program});
  return program;
}

}  // namespace chronograd::plan
