#pragma once

namespace chronograd::detail {

/// How many processors this thread may run on, or could if OpenMP had not bound it to one of them;
/// at least 1.
int available_processors();

/// How many cores these processors belong to; at least 1.
int available_cores();

/// Lets this thread run on all of these processors.
void run_on_all_processors();

}  // namespace chronograd::detail
