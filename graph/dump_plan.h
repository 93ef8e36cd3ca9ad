#pragma once

#include <iosfwd>
#include <string>

#include "chronograd/graph/tape.h"

namespace chronograd {

struct PlanDumpOptions {
  /// Prints kernels that differ in nothing but the time step as one line.
  bool fold = true;
};

/// Writes how what was computed of a tape so far was computed: for each evaluation its plan, a line
/// for each kernel with the nodes it runs, its shapes, the bytes it touches, its floating point
/// operations and, if `set_plan_timing` was on, the milliseconds it took. docs/planner.md explains
/// it. Of a forward-only tape, which forgets what it has computed, nothing is left to show.
void dump_plan(const Tape& tape, std::ostream& out, const PlanDumpOptions& options = {});
std::string dump_plan(const Tape& tape, const PlanDumpOptions& options = {});

}  // namespace chronograd
