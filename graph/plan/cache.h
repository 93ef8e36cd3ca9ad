#pragma once

#include <cstdint>
#include <memory>

#include "chronograd/graph/plan/plan.h"

namespace chronograd::plan {

/// What a plan depends on: the structure of a recording, and what was and is computed of it.
struct Key {
  std::uint64_t structure = 0;
  std::uint64_t evaluation = 0;
  std::size_t nodes = 0;
  bool operator==(const Key&) const = default;
};

/// The remembered plan, or null. Counts a hit.
std::shared_ptr<const Plan> find_plan(const Key& key);
/// Counts a miss.
void remember_plan(const Key& key, std::shared_ptr<const Plan> plan);
void count_fallback();

}  // namespace chronograd::plan
