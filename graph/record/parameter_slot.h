#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "chronograd/graph/array.h"
#include "chronograd/graph/parameter.h"

namespace chronograd::detail {

/// One parameter. Its numbers are immutable; assigning puts another array in their place, so that
/// whoever reads meanwhile keeps what it has.
struct ParameterSlot {
  std::string path;
  std::uint32_t scope = 0;
  Shape shape;
  DType dtype = DType::f32;
  bool trainable = true;
  std::atomic<std::uint64_t> assigned_by{0};  ///< serial of the tape with an uncommitted assign

  Array read() const {
    const std::lock_guard lock{mutex};
    return value;
  }
  void write(Array array) noexcept {
    const std::lock_guard lock{mutex};
    std::swap(value, array);
  }

 private:
  mutable std::mutex mutex;
  Array value;
};

/// Throws ShapeError or DTypeError, as `op` called at `where`, unless the value is of the
/// parameter's shape and dtype.
void check_fits(const Parameter& parameter, const Tensor& value, const char* op, SourceLine where);

}  // namespace chronograd::detail
