#pragma once

namespace chronograd::detail {

/// How many processors this thread may run on, or might if OpenMP had not bound it to one of its
/// places; at least 1.
int available_processors();

/// How many cores they belong to; at least 1.
int available_cores();

/// Lets this thread run on all of them.
void run_on_all_processors();

}  // namespace chronograd::detail
