#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "chronograd/layers/initializers.h"

namespace chronograd::detail {

/// The bias of `count` gates as `all` fills it, but for the forget gate, number `forget`, which
/// begins at a number of its own if there is one.
inline Initializer with_forget_bias(const Initializer& all, std::optional<double> forget_bias,
                                    std::size_t forget, std::size_t count) {
  if (!forget_bias) return all;
  return [=](std::span<double> values, Shape shape, RandomStream& random) {
    all(values, shape, random);
    const std::size_t width = values.size() / count;
    std::ranges::fill(values.subspan(forget * width, width), *forget_bias);
  };
}

}  // namespace chronograd::detail
