#pragma once

#include <initializer_list>
#include <span>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// x with two axes swapped, by default the last two. Any dtype; costs nothing. Gradient: dy with
/// the same axes swapped.
Tensor transpose(Operand x, int a = -1, int b = -2);

/// x with its axes in another order: axis k of the result is axis `axes[k]` of x. Any dtype; costs
/// nothing. Gradient: dy with its axes put back.
Tensor permute(Operand x, std::span<const int> axes);
Tensor permute(Operand x, std::initializer_list<int> axes);

}  // namespace chronograd
