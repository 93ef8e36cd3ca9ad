#pragma once

#include <cstddef>
#include <cstdint>

#include "chronograd/graph/buffer.h"
#include "chronograd/graph/dtype.h"
#include "chronograd/graph/shape.h"

namespace chronograd {

/// Numbers in memory as kernels see them: a typed pointer, a shape and strides (in elements; 0
/// repeats, negative walks backwards). Several arrays may share one buffer.
struct Array {
  Buffer buffer{};
  std::byte* data = nullptr;
  Shape shape{};
  Strides strides{};
  DType dtype = DType::f32;

  /// A dense, uninitialised array.
  static Array allocate(Shape shape, DType dtype);

  bool dense() const;
  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data);
  }
};

/// The array itself when it is dense, else a dense copy.
Array dense(const Array& array);

/// Copies numbers between arrays of equal shape, each with its own strides and dtype. A number
/// becomes boolean by comparison with 0; floating to integer truncates.
void copy(const Array& from, const Array& to);

}  // namespace chronograd
