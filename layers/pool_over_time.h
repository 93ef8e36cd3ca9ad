#pragma once

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// The largest number of each place over the real steps: xs [time, batch, ..] and lengths, i32 or
/// i64 [batch], or empty -> [batch, ..]. Of no step it is 0. Padding may hold NaN and gets no
/// gradient.
Tensor max_over_time(const Tensor& xs, const Tensor& lengths = {},
                     const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

/// The mean over the real steps, likewise.
Tensor mean_over_time(const Tensor& xs, const Tensor& lengths = {},
                      const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

}  // namespace chronograd
