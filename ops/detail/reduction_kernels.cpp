#include "chronograd/ops/detail/reduction_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>
#include <vector>

#include "chronograd/graph/kernels/reduction_loops.h"
#include "chronograd/graph/kernels/threads.h"
#include "chronograd/ops/detail/rows.h"

namespace chronograd::detail {
namespace {

// Below this many elements in each part a second thread does not pay.
constexpr std::int64_t elements_per_part = 32768;
// At most this many columns are reduced together: their accumulators stay in L1.
constexpr std::int64_t max_chunk = 512;

struct Axis {
  std::int64_t size;
  std::int64_t in;   // stride in the input
  std::int64_t out;  // stride in the output; 0 for a reduced axis
  bool reduced;
};

using Axes = std::vector<Axis>;

Axes axes_of(const Array& in, std::uint32_t reduced) {
  Axes axes;
  std::int64_t out = 1;
  for (int axis = in.shape.rank() - 1; axis >= 0; --axis) {
    const bool goes = (reduced >> axis & 1) != 0;
    const std::int64_t size = in.shape[axis];
    if (size != 1) axes.push_back({size, in.strides[axis], goes ? 0 : out, goes});
    if (!goes) out *= size;
  }
  std::reverse(axes.begin(), axes.end());
  return axes;
}

// Sorts the axes as they lie in memory, the innermost last, and merges those that continue evenly.
Axes in_memory_order(Axes axes) {
  std::stable_sort(axes.begin(), axes.end(),
                   [](const Axis& a, const Axis& b) { return std::abs(a.in) > std::abs(b.in); });
  Axes merged;
  for (const Axis& inner : axes) {
    if (!merged.empty()) {
      Axis& outer = merged.back();
      if (outer.reduced == inner.reduced && outer.in == inner.in * inner.size &&
          outer.out == inner.out * inner.size) {
        outer = {outer.size * inner.size, inner.in, inner.out, inner.reduced};
        continue;
      }
    }
    merged.push_back(inner);
  }
  return merged;
}

struct Offsets {
  std::int64_t in = 0;
  std::int64_t out = 0;
};

Offsets offsets_at(const Axes& axes, std::int64_t position) {
  Offsets at;
  for (std::size_t k = axes.size(); k-- > 0;) {
    const std::int64_t index = position % axes[k].size;
    position /= axes[k].size;
    at.in += index * axes[k].in;
    at.out += index * axes[k].out;
  }
  return at;
}

std::int64_t size_of(const Axes& axes) {
  std::int64_t size = 1;
  for (const Axis& axis : axes) size *= axis.size;
  return size;
}

// The loops of a reduction: over rows along the innermost axis if that is reduced, else over
// columns side by side.
struct Walk {
  Axes kept;     // all but the innermost
  Axes reduced;  // all but the innermost and `rows`
  Axis rows{1, 0, 0, true};
  Axis inner{1, 1, 1, false};

  explicit Walk(const Axes& axes) {
    if (!axes.empty()) inner = axes.back();
    for (std::size_t k = 0; k + 1 < axes.size(); ++k) {
      (axes[k].reduced ? reduced : kept).push_back(axes[k]);
    }
    if (!inner.reduced && !reduced.empty()) {
      rows = reduced.back();
      reduced.pop_back();
    }
  }
};

template <class Reducer, class T>
void reduce_runs(const Walk& walk, const Reducer& reducer, const T* in, T* out) {
  const std::int64_t runs = size_of(walk.reduced);
  const std::int64_t grain = elements_per_part / (runs * walk.inner.size) + 1;
  parallel_for(size_of(walk.kept), grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; ++k) {
      const Offsets at = offsets_at(walk.kept, k);
      auto result = reducer.first(in[at.in]);
      for (std::int64_t r = 0; r < runs; ++r) {
        const T* run = in + at.in + offsets_at(walk.reduced, r).in;
        result = reducer.join(result, reducer.run(run, walk.inner.size));
      }
      out[at.out] = reducer.last(result);
    }
  });
}

template <class Reducer, class T>
void reduce_columns(const Walk& walk, const Reducer& reducer, const T* in, T* out) {
  // Columns do not depend on each other. Each thread gets whole cache lines of them.
  const std::int64_t chunk =
      std::clamp((walk.inner.size / threads() + 63) / 64 * 64, std::int64_t{64}, max_chunk);
  const std::int64_t chunks = (walk.inner.size + chunk - 1) / chunk;
  const std::int64_t layers = size_of(walk.reduced);
  const std::int64_t work = layers * walk.rows.size * std::min(chunk, walk.inner.size);
  const auto reduce_chunk = [&](std::int64_t number) {
    const Offsets at = offsets_at(walk.kept, number / chunks);
    const std::int64_t begin = number % chunks * chunk;
    const std::int64_t columns = std::min(chunk, walk.inner.size - begin);
    const T* from = in + at.in + begin;
    std::array<decltype(reducer.first(*in)), max_chunk> results;
    for (std::int64_t j = 0; j < columns; ++j) {
      results[static_cast<std::size_t>(j)] = reducer.first(from[j]);
    }
    for (std::int64_t l = 0; l < layers; ++l) {
      reducer.rows(from + offsets_at(walk.reduced, l).in, walk.rows.in, walk.rows.size, columns,
                   results.data());
    }
    T* to = out + at.out + begin * walk.inner.out;
    for (std::int64_t j = 0; j < columns; ++j) {
      to[j * walk.inner.out] = reducer.last(results[static_cast<std::size_t>(j)]);
    }
  };
  parallel_for(size_of(walk.kept) * chunks, elements_per_part / work + 1,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t k = begin; k < end; ++k) reduce_chunk(k);
               });
}

template <class Reducer, class T>
void reduce_once(const Array& in, std::uint32_t axes, const Reducer& reducer, T* out) {
  const Axes in_memory = in_memory_order(axes_of(in, axes));
  if (!in_memory.empty() && in_memory.back().in != 1) {
    return reduce_once(dense(in), axes, reducer, out);
  }
  const Walk walk(in_memory);
  if (walk.inner.reduced) {
    reduce_runs(walk, reducer, in.as<T>(), out);
  } else {
    reduce_columns(walk, reducer, in.as<T>(), out);
  }
}

bool repeats(const Array& array, int axis) {
  return array.strides[axis] == 0 && array.shape[axis] > 1;
}

// How many times each number in memory counts for one result, since strides of 0 repeat it.
std::int64_t repetitions(const Array& in, std::uint32_t axes) {
  std::int64_t times = 1;
  for (int axis = 0; axis < in.shape.rank(); ++axis) {
    if ((axes >> axis & 1) != 0 && repeats(in, axis)) times *= in.shape[axis];
  }
  return times;
}

Shape without(Shape shape, std::uint32_t axes) {
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    if ((axes >> axis & 1) != 0) shape = shape.without(axis);
  }
  return shape;
}

// Numbers that repeat along a reduced axis are read once: the reducer knows how often they count.
// Results that repeat are computed once and copied.
template <class T, class Reducer>
void reduce(const Array& in, std::uint32_t axes, const Reducer& reducer, const Array& out) {
  Array once = in;
  bool results_repeat = false;
  for (int axis = 0; axis < in.shape.rank(); ++axis) {
    if (!repeats(in, axis)) continue;
    once.shape = once.shape.with(axis, 1);
    results_repeat |= (axes >> axis & 1) == 0;
  }
  if (!results_repeat) return reduce_once(once, axes, reducer, out.as<T>());
  const Array results = Array::allocate(without(once.shape, axes), out.dtype);
  reduce_once(once, axes, reducer, results.as<T>());
  Array to = out;
  to.shape = without(in.shape, axes);
  to.strides = Strides::dense(to.shape);
  copy(stretched(results, to.shape), to);
}

// A reducer begins with `first` of any element, goes on with parts of a row or with rows, and ends
// with `last`.

template <class T>
struct Sum {
  using Total = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
  double divisor;
  std::int64_t times = 1;

  Total first(T) const { return 0; }
  Total join(Total a, Total b) const { return a + b; }
  T last(Total total) const {
    total *= static_cast<Total>(times);
    if constexpr (std::is_floating_point_v<T>) return static_cast<T>(total / divisor);
    return static_cast<T>(total);
  }
  Total run(const T* x, std::int64_t n) const {
    if constexpr (std::is_floating_point_v<T>) return reduction_loops<T>().sum(x, n);
    Total total = 0;
    for (std::int64_t i = 0; i < n; ++i) total += static_cast<Total>(x[i]);
    return total;
  }
  void rows(const T* x, std::int64_t stride, std::int64_t count, std::int64_t columns,
            Total* totals) const {
    if constexpr (std::is_floating_point_v<T>) {
      return reduction_loops<T>().add_rows(x, stride, count, columns, totals);
    }
    for (std::int64_t i = 0; i < count; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) totals[j] += static_cast<Total>(x[i * stride + j]);
    }
  }
};

template <class T, bool root>
struct SquareSum {
  double divisor;
  std::int64_t times = 1;

  double first(T) const { return 0; }
  double join(double a, double b) const { return a + b; }
  T last(double total) const {
    const double mean = total * static_cast<double>(times) / divisor;
    return static_cast<T>(root ? std::sqrt(mean) : mean);
  }
  double run(const T* x, std::int64_t n) const { return reduction_loops<T>().sum_of_squares(x, n); }
  void rows(const T* x, std::int64_t stride, std::int64_t count, std::int64_t columns,
            double* totals) const {
    reduction_loops<T>().add_squares_of_rows(x, stride, count, columns, totals);
  }
};

template <class T>
struct Product {
  using Total = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
  std::int64_t times = 1;

  Total first(T) const { return 1; }
  Total join(Total a, Total b) const { return a * b; }
  T last(Total total) const {
    Total power = 1;
    for (std::int64_t rest = times; rest > 0; rest /= 2) {
      if (rest % 2 == 1) power *= total;
      total *= total;
    }
    return static_cast<T>(power);
  }
  Total run(const T* x, std::int64_t n) const {
    Total total = 1;
    for (std::int64_t i = 0; i < n; ++i) total *= static_cast<Total>(x[i]);
    return total;
  }
  void rows(const T* x, std::int64_t stride, std::int64_t count, std::int64_t columns,
            Total* totals) const {
    for (std::int64_t i = 0; i < count; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) totals[j] *= static_cast<Total>(x[i * stride + j]);
    }
  }
};

template <class T, bool largest>
struct Best {
  T first(T x) const { return x; }
  T join(T a, T b) const {
    if (a != a) return a;
    return b != b || (largest ? b > a : b < a) ? b : a;
  }
  T last(T best) const { return best; }
  T run(const T* x, std::int64_t n) const {
    if constexpr (std::is_floating_point_v<T>) {
      return (largest ? reduction_loops<T>().maximum : reduction_loops<T>().minimum)(x, n);
    }
    return largest ? *std::max_element(x, x + n) : *std::min_element(x, x + n);
  }
  void rows(const T* x, std::int64_t stride, std::int64_t count, std::int64_t columns,
            T* best) const {
    if constexpr (std::is_floating_point_v<T>) {
      const auto& loops = reduction_loops<T>();
      return (largest ? loops.maximum_of_rows : loops.minimum_of_rows)(x, stride, count, columns,
                                                                       best);
    }
    for (std::int64_t i = 0; i < count; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) best[j] = join(best[j], x[i * stride + j]);
    }
  }
};

// Reduces booleans, read as bytes: whether one is true, or whether all are.
template <bool any>
struct Truth {
  using Byte = std::uint8_t;

  static Byte both(Byte a, Byte b) { return static_cast<Byte>(any ? a | b : a & b); }
  Byte first(Byte) const { return any ? 0 : 1; }
  Byte join(Byte a, Byte b) const { return both(a, b); }
  Byte last(Byte truth) const { return truth; }
  Byte run(const Byte* x, std::int64_t n) const {
    Byte truth = first(0);
    for (std::int64_t i = 0; i < n; ++i) truth = both(truth, x[i]);
    return truth;
  }
  void rows(const Byte* x, std::int64_t stride, std::int64_t count, std::int64_t columns,
            Byte* truths) const {
    for (std::int64_t i = 0; i < count; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) truths[j] = both(truths[j], x[i * stride + j]);
    }
  }
};

template <bool any>
void reduce_truth(const Array& in, std::uint32_t axes, const Array& out) {
  if (in.shape.empty()) {
    std::fill_n(out.as<bool>(), out.shape.size(), !any);
  } else {
    reduce<std::uint8_t>(in, axes, Truth<any>{}, out);
  }
}

// Calls f.operator()<T>() with the element type of a dtype that is not bool.
template <class F>
void with_type(DType dtype, const F& f) {
  visit(dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) f.template operator()<T>();
  });
}

template <bool root, class T>
void sum_squares(const Array& in, std::uint32_t axes, const Array& out, double divisor) {
  const SquareSum<T, root> squares{divisor, repetitions(in, axes)};
  if (in.shape.empty()) {
    std::fill_n(out.as<T>(), out.shape.size(), squares.last(0));
  } else {
    reduce<T>(in, axes, squares, out);
  }
}

template <bool root>
void sum_squares(const Array& in, std::uint32_t axes, const Array& out, double divisor) {
  if (in.dtype == DType::f32) return sum_squares<root, float>(in, axes, out, divisor);
  sum_squares<root, double>(in, axes, out, divisor);
}

template <bool largest>
void best(const Array& in, std::uint32_t axes, const Array& out) {
  if (in.shape.empty()) return;
  with_type(in.dtype, [&]<class T>() { reduce<T>(in, axes, Best<T, largest>{}, out); });
}

}  // namespace

void sum(const Array& in, std::uint32_t axes, const Array& out, double divisor) {
  with_type(in.dtype, [&]<class T>() {
    if (in.shape.empty()) {
      std::fill_n(out.as<T>(), out.shape.size(), Sum<T>{divisor}.last(0));
    } else {
      reduce<T>(in, axes, Sum<T>{divisor, repetitions(in, axes)}, out);
    }
  });
}

void mean_square(const Array& in, std::uint32_t axes, const Array& out, double divisor) {
  sum_squares<false>(in, axes, out, divisor);
}

void root_mean_square(const Array& in, std::uint32_t axes, const Array& out, double divisor) {
  sum_squares<true>(in, axes, out, divisor);
}

void product_of(const Array& in, std::uint32_t axes, const Array& out) {
  with_type(in.dtype, [&]<class T>() {
    if (in.shape.empty()) {
      std::fill_n(out.as<T>(), out.shape.size(), T{1});
    } else {
      reduce<T>(in, axes, Product<T>{repetitions(in, axes)}, out);
    }
  });
}

void any_true(const Array& in, std::uint32_t axes, const Array& out) {
  reduce_truth<true>(in, axes, out);
}

void all_true(const Array& in, std::uint32_t axes, const Array& out) {
  reduce_truth<false>(in, axes, out);
}

void maximum(const Array& in, std::uint32_t axes, const Array& out) { best<true>(in, axes, out); }

void minimum(const Array& in, std::uint32_t axes, const Array& out) { best<false>(in, axes, out); }

}  // namespace chronograd::detail
