#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// Fails unless an input is of i32 or i64.
void check_index_dtype(const Inference& inference, int input);

/// Describes the first index outside of [0, bound), as "index 7 at [3, 1]"; empty without one.
std::string index_outside(const Array& indices, std::int64_t bound);

/// Fails, as an Inference or a Run does, when an index is outside of [0, bound): "index 7 at [3,
/// 1]; the table has 5 rows, 0 to 4" when `what` is "the table has 5 rows".
template <class Rule>
void check_indices(const Rule& rule, const Array& indices, std::int64_t bound,
                   std::string_view what) {
  const std::string outside = index_outside(indices, bound);
  if (outside.empty()) return;
  std::string wanted{what};
  wanted += bound == 0 ? "" : ", 0 to " + std::to_string(bound - 1);
  rule.template fail<IndexError>(outside, wanted);
}

/// Calls f with the numbers of dense indices, a span of std::int32_t or std::int64_t.
template <class F>
void with_indices(const Array& indices, F f) {
  const auto count = static_cast<std::size_t>(indices.shape.size());
  if (indices.dtype == DType::i32) {
    f(std::span<const std::int32_t>(indices.as<std::int32_t>(), count));
  } else {
    f(std::span<const std::int64_t>(indices.as<std::int64_t>(), count));
  }
}

/// Calls f.operator()<T>() with a type that adds as `dtype` does; integers wrap around. Booleans do
/// not add.
template <class F>
void with_summand(DType dtype, F f) {
  visit(dtype, [&]<class T>() {
    if constexpr (std::is_floating_point_v<T>) {
      f.template operator()<T>();
    } else if constexpr (!std::is_same_v<T, bool>) {
      f.template operator()<std::make_unsigned_t<T>>();
    }
  });
}

}  // namespace chronograd::detail
