#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace chronograd {

namespace detail {

/// A list of integers of which there is one copy in the process, so that a handle is one pointer
/// and equality one comparison. Lists are never freed: programs use few distinct ones.
struct Interned {
  std::uint64_t hash;    ///< of the numbers, the same in every process
  std::int64_t product;  ///< of all numbers; 1 for none
  std::int32_t count;
  std::int64_t values[8];
};

/// The list without numbers. There is one of it in a program and the shared library, too.
[[gnu::visibility("default")]] inline constexpr Interned no_numbers{0x9E3779B97F4A7C15u, 1, 0, {}};

/// The one copy of `values`; at most 8 of them.
const Interned* intern(std::span<const std::int64_t> values);

}  // namespace detail

/// The sizes of a tensor along its axes, outermost first. One pointer wide; copying and comparing
/// cost nothing. A shape without axes, `Shape{}`, is a scalar's and has one element.
class Shape {
 public:
  static constexpr int max_rank = 8;

  Shape() = default;
  /// Throws ShapeError for a negative size, more than `max_rank` axes, or more than 2^62 elements.
  Shape(std::initializer_list<std::int64_t> sizes, const char* file = __builtin_FILE(),
        unsigned line = __builtin_LINE());
  explicit Shape(std::span<const std::int64_t> sizes, const char* file = __builtin_FILE(),
                 unsigned line = __builtin_LINE());

  int rank() const { return list_->count; }
  /// The number of elements.
  std::int64_t size() const { return list_->product; }
  bool empty() const { return size() == 0; }

  /// The size of one axis; negative axes count from the end. Throws ShapeError when there is none.
  std::int64_t operator[](int axis) const { return list_->values[this->axis(axis)]; }
  /// `axis` counted from the front. Throws ShapeError when there is no such axis.
  int axis(int axis) const {
    if (axis < -rank() || axis >= rank()) throw_no_axis(axis);
    return axis < 0 ? axis + rank() : axis;
  }

  std::span<const std::int64_t> sizes() const {
    return {list_->values, static_cast<std::size_t>(list_->count)};
  }
  const std::int64_t* begin() const { return list_->values; }
  const std::int64_t* end() const { return list_->values + list_->count; }

  /// This shape with `size` along `axis`.
  Shape with(int axis, std::int64_t size) const;
  /// This shape without `axis`.
  Shape without(int axis) const;
  /// This shape with a new axis of `size` before `axis`; `axis` may be rank(), negatives count
  /// from behind the end.
  Shape inserted(int axis, std::int64_t size) const;

  /// Equal in every process for equal sizes.
  std::uint64_t hash() const { return list_->hash; }
  friend bool operator==(Shape a, Shape b) { return a.list_ == b.list_; }

 private:
  [[noreturn]] void throw_no_axis(int axis) const;
  const detail::Interned* list_ = &detail::no_numbers;
};

/// "[32, 100]"; "[]" for a scalar.
std::string to_string(Shape shape);

/// The shape two tensors have together under NumPy's rules: aligned at the last axis, a size of 1
/// stretches. Throws ShapeError when they do not fit.
Shape broadcast(Shape a, Shape b);

/// How many elements apart neighbours along each axis lie in memory.
class Strides {
 public:
  /// Those of a scalar.
  Strides() = default;
  /// Those of a dense row-major array.
  static Strides dense(Shape shape);

  explicit Strides(std::span<const std::int64_t> strides) : list_(detail::intern(strides)) {}

  int rank() const { return list_->count; }
  std::int64_t operator[](int axis) const { return list_->values[axis < 0 ? axis + rank() : axis]; }
  std::span<const std::int64_t> values() const {
    return {list_->values, static_cast<std::size_t>(list_->count)};
  }
  friend bool operator==(Strides a, Strides b) { return a.list_ == b.list_; }

 private:
  const detail::Interned* list_ = &detail::no_numbers;
};

}  // namespace chronograd
