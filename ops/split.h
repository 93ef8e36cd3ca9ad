#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/operand.h"

namespace chronograd {

/// x cut along one axis into equal parts, in order: [.., n, ..] -> `parts` times [.., n / parts,
/// ..]. Any dtype; costs nothing. Throws ShapeError unless `parts` is at least 1 and divides n, or
/// when there is no such axis. Gradient: the gradients of the parts, zeros for those nothing
/// depends on, put together again.
std::vector<Tensor> split(Operand x, int parts, int axis = -1);

/// x cut along one axis into parts of the given sizes, which may be 0. Throws ShapeError when one
/// is negative, or unless they sum to the axis' size. Any dtype; the gradient is as above.
std::vector<Tensor> split(Operand x, std::span<const std::int64_t> sizes, int axis = -1);
std::vector<Tensor> split(Operand x, std::initializer_list<std::int64_t> sizes, int axis = -1);

/// x cut along its last axis into as many equal parts as there are names, which become their roles
/// in dumps. Throws ShapeError unless that number divides the axis' size:
///
///     const auto [reset, update] = split(x, "reset_gate", "update_gate");
template <std::convertible_to<std::string_view>... Names>
requires(sizeof...(Names) > 0) std::array<Tensor, sizeof...(Names)> split(Operand x,
                                                                          const Names&... names) {
  const std::vector<Tensor> parts = split(x, static_cast<int>(sizeof...(Names)));
  auto part = parts.begin();
  return {named(names, *part++)...};
}

}  // namespace chronograd
