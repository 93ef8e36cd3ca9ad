#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/array.h"

namespace chronograd::detail {

/// A pointer into an array that walks with a Nest, and how many bytes it moves along each axis.
struct Walker {
  std::byte* data;
  DType dtype;
  std::array<std::int64_t, Shape::max_rank> stride;
};

/// A nest of loops over one or more arrays at once, block by block. Axes that all arrays pass
/// evenly are merged and those of size 1 dropped; one axis at least is left.
class Nest {
 public:
  /// Over all elements of `shape`, which has some, for `count` arrays.
  Nest(Shape shape, std::size_t count);

  /// Adds a walker over `array`, broadcast to the shape.
  void add(const Array& array);
  /// Merges axes, when all walkers are there. The last one may have to stay as it is.
  enum class Merging { all, all_but_last };
  void merge(Merging merging = Merging::all);
  void swap_axes(int a, int b);

  int rank() const { return rank_; }
  std::int64_t size(int axis) const { return axes_[at(axis)].size; }
  std::int64_t stride(const Walker& walker, int axis) const { return walker.stride[at(axis)]; }
  const std::vector<Walker>& walkers() const { return walkers_; }

  /// Lets the walkers go over other arrays, from a block on.
  void begin_at(std::span<std::byte* const> data, std::int64_t block);

  /// How far a block reaches along an axis; 1 unless set.
  void set_step(int axis, std::int64_t step) { axes_[at(axis)].step = step; }
  /// The present block's extent along an axis: the step, or less at the end.
  std::int64_t extent(int axis) const;
  /// Moves the walkers to the next block; false after the last one.
  bool next();
  /// How many blocks there are.
  std::int64_t blocks() const;

 private:
  struct Axis {
    std::int64_t size = 1;
    std::int64_t step = 1;
    std::int64_t index = 0;

    std::int64_t blocks() const { return (size + step - 1) / step; }
  };
  static std::size_t at(int axis) { return static_cast<std::size_t>(axis); }
  void move(int axis, std::int64_t by);

  int rank_;
  std::array<Axis, Shape::max_rank> axes_;
  std::vector<Walker> walkers_;
};

}  // namespace chronograd::detail
