#pragma once

#include <fmt/format.h>

#include <string_view>

#include "chronograd/graph/dtype.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/shape.h"
#include "chronograd/graph/tensor.h"

/// What `to_string` says, with the width, fill and precision of a string: `fmt::print("{:>20}",
/// tensor.shape())`. Formatting a tensor computes it.
template <>
struct fmt::formatter<chronograd::Shape> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(chronograd::Shape shape, Context& context) const {
    return formatter<std::string_view>::format(to_string(shape), context);
  }
};

template <>
struct fmt::formatter<chronograd::DType> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(chronograd::DType type, Context& context) const {
    return formatter<std::string_view>::format(chronograd::name(type), context);
  }
};

template <>
struct fmt::formatter<chronograd::Tensor> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const chronograd::Tensor& tensor, Context& context) const {
    return formatter<std::string_view>::format(to_string(tensor), context);
  }
};

template <>
struct fmt::formatter<chronograd::Place> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const chronograd::Place& place, Context& context) const {
    return formatter<std::string_view>::format(to_string(place), context);
  }
};
