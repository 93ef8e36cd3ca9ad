#include "chronograd/graph/plan/programs.h"

#include <algorithm>

#include "chronograd/graph/memory/hash.h"
#include "chronograd/graph/memory/nowhere.h"

namespace chronograd::plan {
namespace {

bool same(const Instruction& a, const Instruction& b) {
  return a.op == b.op && a.a == b.a && a.b == b.b && a.c == b.c;
}

bool serves(const Plan::Program& program, const Pass& pass) {
  return program.shape == pass.shape && program.compute == pass.compute &&
         std::ranges::equal(program.code, pass.code, same) &&
         std::ranges::equal(program.stores, pass.stores, {}, &detail::Store::from,
                            &Pass::Store::from);
}

std::uint64_t hash_of(const Pass& pass, std::span<const Lane> lanes) {
  std::uint64_t hash = detail::mixed(pass.shape.hash(), pass.code.size());
  for (const Instruction& i : pass.code) {
    hash = detail::mixed(hash, bits_of(i));
  }
  for (const Lane& lane : lanes) {
    for (int k = 0; k < pass.shape.rank(); ++k) {
      hash = detail::mixed(hash,
                           static_cast<std::uint64_t>(lane.strides[static_cast<std::size_t>(k)]));
    }
  }
  return hash;
}

std::shared_ptr<const Plan::Program> prepare(const Pass& pass, std::span<const Lane> lanes) {
  const auto rank = static_cast<std::size_t>(pass.shape.rank());
  // But for stores over inputs no two operands share memory: they get addresses far apart.
  std::byte* next = detail::nowhere();
  const auto array = [&](const Lane& lane) {
    next += 1 << 20;
    return Array{{}, next, pass.shape, Strides(std::span(lane.strides).first(rank)), lane.dtype};
  };
  std::vector<Array> inputs;
  std::vector<detail::Store> stores;
  for (std::size_t k = 0; k < pass.inputs.size(); ++k) inputs.push_back(array(lanes[k]));
  for (std::size_t k = 0; k < pass.stores.size(); ++k) {
    const Lane& lane = lanes[pass.inputs.size() + k];
    stores.push_back({pass.stores[k].from, array(lane)});
    if (lane.over != Lane::apart) stores.back().to.data = inputs[lane.over].data;
  }
  return std::make_shared<const Plan::Program>(pass.code, pass.compute, pass.shape,
                                               std::move(inputs), std::move(stores));
}

}  // namespace

std::shared_ptr<const Plan::Program> Programs::program(const Pass& pass,
                                                       std::span<const Lane> lanes) {
  const std::uint64_t hash = hash_of(pass, lanes);
  const auto [begin, end] = known_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (std::ranges::equal(it->second.lanes, lanes) && serves(*it->second.program, pass)) {
      return it->second.program;
    }
  }
  auto program = prepare(pass, lanes);
  known_.emplace(hash, Known{{lanes.begin(), lanes.end()}, program});
  return program;
}

}  // namespace chronograd::plan
