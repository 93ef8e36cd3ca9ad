#pragma once

#include "chronograd/graph/record/node.h"

namespace chronograd::detail {

/// Makes the numbers of an output dense, in memory that holds little more than them. Whoever holds
/// a value that leaves an evaluation then holds no memory of others.
void give_own_memory(Output& output);

}  // namespace chronograd::detail
