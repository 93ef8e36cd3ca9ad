#pragma once

#include <type_traits>

#include "chronograd/graph/kernels/elementwise.h"

/// Tests of ops that oneDNN has primitives for run once more with CHRONOGRAD_ELEMENTWISE=onednn.
/// Where those compute less well than the loops, the tests say what holds.
namespace chronograd::test {

/// Whether numbers of this type are computed by oneDNN.
template <class T>
bool on_onednn() {
  return std::is_same_v<T, float> && detail::kernels_before_programs();
}

/// How many units of the last place a result may be off: `ours`, or `theirs` on oneDNN.
template <class T>
double allowed(double ours, double theirs) {
  return on_onednn<T>() ? theirs : ours;
}

}  // namespace chronograd::test
