#pragma once

#include <initializer_list>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// Sets each number to 0 with probability `rate` and multiplies the others by 1 / (1 - rate)
/// (Srivastava et al. 2014) while a training tape is open; passes x on otherwise.
/// Throws ValueError unless 0 <= rate < 1.
Tensor dropout(const Tensor& x, double rate, const char* file = __builtin_FILE(),
               unsigned line = __builtin_LINE());

/// The same with one draw along shared axes, all of whose numbers stay or go together. Of xs [time,
/// batch, size]: {0} one mask for all steps of a sequence (Gal and Ghahramani 2016), {2} whole
/// words or steps, {0} of [time, batch, channels] what is called spatial dropout (Tompson et al.
/// 2015). Of a table of vectors [vocabulary, size], {1} whole symbols. Negative axes count from the
/// end.
Tensor dropout(const Tensor& x, double rate, std::initializer_list<int> shared_axes,
               const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

}  // namespace chronograd
