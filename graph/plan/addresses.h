#pragma once

#include "chronograd/graph/plan/locations.h"
#include "chronograd/graph/plan/plan.h"

namespace chronograd::plan {

/// Pass: numbers the sources of a plan (the leaves, the arena, the memory that results own), packs
/// the arena, and replaces the storage that each address names by a source and an offset in it.
void assign_addresses(Plan& plan, Locations& locations, const detail::Recording& recording);

}  // namespace chronograd::plan
