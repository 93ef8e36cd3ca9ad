#pragma once

namespace chronograd::detail {

/// How many processors this thread may run on; at least 1.
int available_processors();

/// How many cores they belong to; at least 1.
int available_cores();

}  // namespace chronograd::detail
