#pragma once

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// Turns queries or keys by their positions, so that products of the two depend on the distance
/// only (RoPE, Su et al. 2021). For each pair of numbers k and k + size / 2 of a position p, with
/// the angle a = p base^(-2k / size):
///
///     y[k]            = x[k] cos a - x[k + size / 2] sin a
///     y[k + size / 2] = x[k + size / 2] cos a + x[k] sin a
///
/// x: [.., time, size], size even; positions: any numbers [time], or of a shape that broadcasts to
/// x's without the size, such as [batch, 1, time] for [batch, heads, time, size].
Tensor rotary(const Tensor& x, const Tensor& positions, double base = 10000,
              const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

}  // namespace chronograd
