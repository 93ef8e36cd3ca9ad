#pragma once

#include <tuple>
#include <utility>

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// Functions one after the other as one function: sequential(f, g, h)(x) is h(g(f(x))). Layers are
/// functions, and so are lambdas around ops:
///
///     const auto head = sequential(Linear{scope / "a", ..}, [](const Tensor& x) { return relu(x);
///     },
///                                  Linear{scope / "b", ..});
template <class... Functions>
auto sequential(Functions... functions) {
  return [all = std::tuple<Functions...>(std::move(functions)...)](const Tensor& x) {
    Tensor y = x;
    std::apply([&](const auto&... f) { ((y = f(y)), ...); }, all);
    return y;
  };
}

}  // namespace chronograd
