#include "chronograd/graph/planning.h"

#include <atomic>
#include <cstdlib>
#include <string_view>

#include "chronograd/graph/plan/cache.h"
#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/record/past.h"

namespace chronograd {
namespace {

std::atomic<bool>& planning_switch() {
  static std::atomic<bool> on = [] {
    const char* value = std::getenv("CHRONOGRAD_PLAN");
    return value == nullptr || std::string_view(value) != "0";
  }();
  return on;
}

}  // namespace

bool planning() { return planning_switch().load(std::memory_order_relaxed); }
void set_planning(bool on) { planning_switch().store(on, std::memory_order_relaxed); }
void set_plan_timing(bool on) { plan::timed.store(on, std::memory_order_relaxed); }

PlanCounters plan_counters() { return plan::counters(); }
void forget_plans() {
  plan::forget_all();
  detail::forget_traces();
}
void set_plan_memory(std::size_t bytes) { plan::set_memory(bytes); }

}  // namespace chronograd
