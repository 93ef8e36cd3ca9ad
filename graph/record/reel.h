#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "chronograd/graph/memory/long_list.h"

namespace chronograd::detail {

/// A list that several tapes write, one after the other. A tape goes back to the beginning, which
/// erases nothing: the elements from `size` to `extent` lie ahead, and can be taken up as they are.
template <class T>
class Reel {
 public:
  std::size_t size() const { return size_; }
  /// The size together with what lies ahead.
  std::size_t extent() const { return all_.size(); }
  std::size_t capacity() const { return all_.capacity(); }

  T& operator[](std::size_t k) { return all_[k]; }
  const T& operator[](std::size_t k) const { return all_[k]; }
  T* data() { return all_.data(); }
  const T* data() const { return all_.data(); }
  T* begin() { return data(); }
  const T* begin() const { return data(); }
  T* end() { return data() + size_; }
  const T* end() const { return data() + size_; }

  void reserve(std::size_t capacity) { all_.reserve(capacity); }
  /// Appends. Nothing may lie ahead.
  void push_back(T element) {
    all_.push_back(std::move(element));
    ++size_;
  }
  /// Goes back to the beginning; all elements lie ahead then.
  void rewind() noexcept { size_ = 0; }
  /// Takes up so many elements that lie ahead.
  void take_up(std::size_t more) noexcept { size_ += more; }
  /// Moves the elements of the other list here, in front of what lies ahead behind as many
  /// elements. This list must be at its beginning.
  void continue_from(Reel& other) {
    const auto replaced = static_cast<std::ptrdiff_t>(std::min(other.size(), extent()));
    std::move(other.begin(), other.begin() + replaced, begin());
    all_.insert(all_.end(), std::make_move_iterator(other.begin() + replaced),
                std::make_move_iterator(other.end()));
    size_ = other.size();
  }
  void clear() noexcept {
    all_.clear();
    size_ = 0;
  }

 private:
  LongList<T> all_;
  std::size_t size_ = 0;
};

}  // namespace chronograd::detail
