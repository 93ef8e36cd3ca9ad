#pragma once

#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/locations.h"
#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/plan/schedule.h"

namespace chronograd::plan {

/// Pass: writes the tasks of a schedule as those of a plan. Every value gets a location when the
/// first task needs it, and what lies elsewhere than where it is read is copied there. Addresses
/// name a storage of `locations` yet; `assign_addresses` follows.
Plan build(const detail::Recording& recording, const Draft& draft, const Fusion& fusion,
           const Schedule& schedule, Locations& locations);

}  // namespace chronograd::plan
