#include "chronograd/graph/memory/nest.h"

#include <algorithm>
#include <utility>

namespace chronograd::detail {

Nest::Nest(Shape shape, std::size_t count) : rank_(shape.rank()) {
  walkers_.reserve(count);
  for (int axis = 0; axis < rank_; ++axis) axes_[at(axis)].size = shape[axis];
}

void Nest::add(const Array& array) {
  const auto bytes = static_cast<std::int64_t>(size_of(array.dtype));
  Walker walker{array.data, array.dtype, {}};
  const int missing = rank_ - array.shape.rank();
  for (int axis = missing; axis < rank_; ++axis) {
    const bool repeats = array.shape[axis - missing] == 1;
    walker.stride[at(axis)] = repeats ? 0 : array.strides[axis - missing] * bytes;
  }
  walkers_.push_back(walker);
}

void Nest::merge(Merging merging) {
  const std::size_t last = merging == Merging::all ? at(rank_) : at(rank_ - 1);
  const auto even = [this](std::size_t outer, std::size_t inner) {
    return std::all_of(walkers_.begin(), walkers_.end(), [&](const Walker& w) {
      return w.stride[outer] == w.stride[inner] * axes_[inner].size;
    });
  };
  const auto place = [this](std::size_t axis, std::size_t from) {
    for (Walker& w : walkers_) w.stride[axis] = w.stride[from];
  };
  std::size_t merged = 0;
  for (std::size_t axis = 0; axis < at(rank_); ++axis) {
    const std::int64_t size = axes_[axis].size;
    if (size == 1 && axis != last) continue;
    if (merged > 0 && axis != last && even(merged - 1, axis)) {
      axes_[merged - 1].size *= size;
      place(merged - 1, axis);
    } else {
      axes_[merged].size = size;
      place(merged, axis);
      ++merged;
    }
  }
  if (merged == 0) {
    axes_[0].size = 1;
    for (Walker& w : walkers_) w.stride[0] = static_cast<std::int64_t>(size_of(w.dtype));
    merged = 1;
  }
  rank_ = static_cast<int>(merged);
}

void Nest::swap_axes(int a, int b) {
  std::swap(axes_[at(a)], axes_[at(b)]);
  for (Walker& w : walkers_) std::swap(w.stride[at(a)], w.stride[at(b)]);
}

void Nest::begin_at(std::span<std::byte* const> data, std::int64_t block) {
  for (std::size_t k = 0; k < walkers_.size(); ++k) walkers_[k].data = data[k];
  for (int axis = rank_ - 1; axis >= 0; --axis) {
    Axis& a = axes_[at(axis)];
    a.index = block % a.blocks() * a.step;
    block /= a.blocks();
    move(axis, a.index);
  }
}

std::int64_t Nest::blocks() const {
  std::int64_t blocks = 1;
  for (int axis = 0; axis < rank_; ++axis) blocks *= axes_[at(axis)].blocks();
  return blocks;
}

std::int64_t Nest::extent(int axis) const {
  const Axis& a = axes_[at(axis)];
  return std::min(a.step, a.size - a.index);
}

bool Nest::next() {
  for (int axis = rank_ - 1; axis >= 0; --axis) {
    Axis& a = axes_[at(axis)];
    if (a.size - a.index > a.step) {
      a.index += a.step;
      move(axis, a.step);
      return true;
    }
    move(axis, -a.index);
    a.index = 0;
  }
  return false;
}

void Nest::move(int axis, std::int64_t by) {
  for (Walker& w : walkers_) w.data += by * w.stride[at(axis)];
}

}  // namespace chronograd::detail
