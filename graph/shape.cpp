#include "chronograd/graph/shape.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "chronograd/graph/error.h"
#include "chronograd/graph/memory/hash.h"
#include "chronograd/graph/record/bad_shape.h"

namespace chronograd {
namespace {

using detail::BadShape;
using Sizes = std::array<std::int64_t, Shape::max_rank>;

std::uint64_t hash_of(std::span<const std::int64_t> values) {
  std::uint64_t hash = values.size();
  for (const std::int64_t v : values) hash = detail::mixed(hash, static_cast<std::uint64_t>(v));
  return hash;
}

bool same(const detail::Interned& list, std::span<const std::int64_t> values) {
  return list.count == static_cast<std::int32_t>(values.size()) &&
         std::equal(values.begin(), values.end(), list.values);
}

const detail::Interned* intern_globally(std::span<const std::int64_t> values, std::uint64_t hash) {
  // Leaked on purpose: shapes may be used while other static objects are destroyed.
  static auto& mutex = *new std::mutex;
  static auto& lists = *new std::deque<detail::Interned>;
  static auto& by_hash = *new std::unordered_multimap<std::uint64_t, const detail::Interned*>;
  const std::lock_guard lock{mutex};
  const auto [first, last] = by_hash.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    if (same(*it->second, values)) return it->second;
  }
  detail::Interned list{hash, 1, static_cast<std::int32_t>(values.size()), {}};
  std::copy(values.begin(), values.end(), list.values);
  for (const std::int64_t v : values) {
    if (__builtin_mul_overflow(list.product, v, &list.product)) list.product = 0;
  }
  by_hash.reserve(by_hash.size() + 1);
  lists.push_back(list);
  by_hash.emplace(hash, &lists.back());
  return &lists.back();
}

const detail::Interned* checked(std::span<const std::int64_t> sizes, SourceLine where) {
  const auto text = [&] {
    std::string s = "[";
    for (const std::int64_t n : sizes) s += (s.size() > 1 ? ", " : "") + std::to_string(n);
    return s + "]";
  };
  if (sizes.size() > static_cast<std::size_t>(Shape::max_rank)) {
    throw BadShape(text(), "at most 8 axes are supported", where_text(where));
  }
  std::int64_t product = 1;
  bool overflow = false;
  for (const std::int64_t n : sizes) {
    if (n < 0) throw BadShape(text(), "sizes must not be negative", where_text(where));
    if (n > 0) overflow |= __builtin_mul_overflow(product, n, &product);
  }
  if (overflow || product > (std::int64_t{1} << 62)) {
    throw BadShape(text(), "that is more elements than can be addressed", where_text(where));
  }
  return detail::intern(sizes);
}

}  // namespace

const detail::Interned* detail::intern(std::span<const std::int64_t> values) {
  if (values.empty()) return &no_numbers;
  constexpr std::size_t slots = 256;
  thread_local std::array<const Interned*, slots> recent{};
  const std::uint64_t hash = hash_of(values);
  const Interned*& slot = recent[(hash ^ (hash >> 32)) % slots];
  if (slot == nullptr || !same(*slot, values)) slot = intern_globally(values, hash);
  return slot;
}

Shape::Shape(std::initializer_list<std::int64_t> sizes, const char* file, unsigned line)
    : list_(checked({sizes.begin(), sizes.size()}, {file, line})) {}

Shape::Shape(std::span<const std::int64_t> sizes, const char* file, unsigned line)
    : list_(checked(sizes, {file, line})) {}

void Shape::throw_no_axis(int axis) const {
  throw BadShape("axis " + std::to_string(axis) + " of " + to_string(*this),
                 "it has " + std::to_string(rank()) + " axes", where_text({}));
}

Shape Shape::with(int axis, std::int64_t size) const {
  Sizes s{};
  std::copy(begin(), end(), s.begin());
  s[static_cast<std::size_t>(this->axis(axis))] = size;
  return Shape{std::span<const std::int64_t>(s.data(), sizes().size())};
}

Shape Shape::without(int axis) const {
  const int gone = this->axis(axis);
  Sizes s{};
  std::copy(begin(), begin() + gone, s.begin());
  std::copy(begin() + gone + 1, end(), s.begin() + gone);
  return Shape{std::span<const std::int64_t>(s.data(), sizes().size() - 1)};
}

Shape Shape::inserted(int axis, std::int64_t size) const {
  const int at = axis < 0 ? axis + rank() + 1 : axis;
  if (at < 0 || at > rank()) throw_no_axis(axis);
  if (rank() == max_rank) {
    throw BadShape("one more axis for " + to_string(*this), "at most 8 axes are supported",
                   where_text({}));
  }
  Sizes s{};
  std::copy(begin(), begin() + at, s.begin());
  s[static_cast<std::size_t>(at)] = size;
  std::copy(begin() + at, end(), s.begin() + at + 1);
  return Shape{std::span<const std::int64_t>(s.data(), sizes().size() + 1)};
}

std::string to_string(Shape shape) {
  std::string s = "[";
  for (const std::int64_t n : shape) s += (s.size() > 1 ? ", " : "") + std::to_string(n);
  return s + "]";
}

Shape broadcast(Shape a, Shape b) {
  if (a == b) return a;
  Sizes s{};
  const int rank = std::max(a.rank(), b.rank());
  for (int i = 1; i <= rank; ++i) {
    const std::int64_t m = i <= a.rank() ? a[-i] : 1;
    const std::int64_t n = i <= b.rank() ? b[-i] : 1;
    if (m != n && m != 1 && n != 1) {
      throw ShapeError("broadcast: " + to_string(a) + " and " + to_string(b) + "; the sizes " +
                       std::to_string(m) + " and " + std::to_string(n) + " of axis -" +
                       std::to_string(i) + " must be equal or 1");
    }
    s[static_cast<std::size_t>(rank - i)] = m == 1 ? n : m;
  }
  return Shape{std::span<const std::int64_t>(s.data(), static_cast<std::size_t>(rank))};
}

Strides Strides::dense(Shape shape) {
  Sizes s{};
  std::int64_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    s[static_cast<std::size_t>(i)] = step;
    step *= std::max<std::int64_t>(shape[i], 1);
  }
  return Strides{std::span<const std::int64_t>(s.data(), shape.sizes().size())};
}

}  // namespace chronograd
