#pragma once

#include "chronograd/graph/plan/draft.h"

namespace chronograd::plan {

/// Pass: a sum of products that each are used for nothing else becomes one node, which multiplies
/// joined operands. Long sums become several such nodes, see `Stretches`.
void apply_sum_law(Draft& draft, const detail::Recording& recording);

}  // namespace chronograd::plan
