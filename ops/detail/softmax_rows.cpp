#include "chronograd/ops/detail/softmax_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "chronograd/graph/kernels/loops.h"
#include "chronograd/graph/kernels/reduction_loops.h"
#include "chronograd/graph/kernels/threads.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/detail/indices.h"
#include "chronograd/ops/detail/rows.h"
#include "chronograd/ops/detail/softmax_columns.h"

namespace chronograd::detail {
namespace {

// Exponentials are taken of this many numbers at once; they stay in L1.
constexpr std::int64_t tile_size = 2048;
// Below this many elements in each part a second thread does not pay.
constexpr std::int64_t elements_per_part = 8192;

template <class T>
struct Row {
  std::int64_t number;
  std::int64_t size;
  const T* x;
  const T* exponentials;  // e^(x - maximum)
  T maximum;
  double sum;  // of the exponentials
};

// Memory for the rows of a tile.
template <class T>
struct Tile {
  std::int64_t rows;
  Buffer exponentials;
  Buffer maxima;

  explicit Tile(std::int64_t n)
      : rows(std::max<std::int64_t>(1, tile_size / n)),
        exponentials(allocate(rows * n)),
        maxima(allocate(rows)) {}

  static Buffer allocate(std::int64_t count) {
    return Buffer::allocate(static_cast<std::size_t>(count) * sizeof(T));
  }
};

template <class T, class Numbers, class Use>
void work_off(const Array& x, std::int64_t begin, std::int64_t end, const Numbers& numbers,
              const Use& use) {
  static const ReductionLoops<T>& loops = reduction_loops<T>();
  static const Loop exp = loop(Scalar::exp, dtype_of<T>());
  const std::int64_t n = x.shape[-1];
  const Tile<T> tile(n);
  T* const exponentials = reinterpret_cast<T*>(tile.exponentials.data());
  T* const maxima = reinterpret_cast<T*>(tile.maxima.data());
  for (std::int64_t first = begin; first < end; first += tile.rows) {
    const std::int64_t rows = std::min(tile.rows, end - first);
    for (std::int64_t r = 0; r < rows; ++r) {
      T* row = exponentials + r * n;
      const T* from = numbers(first + r, row);
      const T maximum = maxima[r] = loops.maximum(from, n);
      for (std::int64_t i = 0; i < n; ++i) row[i] = from[i] - maximum;
    }
    exp(exponentials, nullptr, nullptr, exponentials, static_cast<std::size_t>(rows * n));
    for (std::int64_t r = 0; r < rows; ++r) {
      const T* row = exponentials + r * n;
      use(Row<T>{first + r, n, x.as<T>() + (first + r) * n, row, maxima[r], loops.sum(row, n)});
    }
  }
}

// Calls `use` with each row of a dense x. `numbers(row, memory)` returns the numbers that count: in
// memory they are in already, or written to the given one.
template <class T, class Numbers, class Use>
void for_each_row(const Array& x, const Numbers& numbers, const Use& use) {
  if (x.shape.empty()) return;
  const std::int64_t n = x.shape[-1];
  parallel_for(
      x.shape.size() / n, elements_per_part / n + 1,
      [&](std::int64_t begin, std::int64_t end) { work_off<T>(x, begin, end, numbers, use); });
}

template <class T, class Use>
void for_each_row(const Array& x, const Use& use) {
  const std::int64_t n = x.shape[-1];
  for_each_row<T>(
      x, [from = x.as<T>(), n](std::int64_t row, T*) { return from + row * n; }, use);
}

template <class T>
void softmax_of(const Array& x, T* out) {
  for_each_row<T>(x, [=](const Row<T>& row) {
    T* y = out + row.number * row.size;
    const T scale = static_cast<T>(1 / row.sum);
    for (std::int64_t i = 0; i < row.size; ++i) y[i] = row.exponentials[i] * scale;
  });
}

template <class T>
void masked_softmax_of(const Array& x, const bool* mask, T* out) {
  const std::int64_t n = x.shape[-1];
  const T* from = x.as<T>();
  constexpr T nothing = -std::numeric_limits<T>::infinity();
  const auto numbers = [=](std::int64_t row, T* memory) {
    for (std::int64_t i = 0; i < n; ++i) {
      memory[i] = mask[row * n + i] ? from[row * n + i] : nothing;
    }
    return memory;
  };
  for_each_row<T>(x, numbers, [=](const Row<T>& row) {
    const bool* counts = mask + row.number * n;
    T* y = out + row.number * n;
    const T scale = static_cast<T>(1 / row.sum);
    for (std::int64_t i = 0; i < n; ++i) y[i] = counts[i] ? row.exponentials[i] * scale : T{0};
  });
}

template <class T>
void log_softmax_of(const Array& x, T* out) {
  for_each_row<T>(x, [=](const Row<T>& row) {
    T* y = out + row.number * row.size;
    const T log_sum = static_cast<T>(std::log(row.sum));
    for (std::int64_t i = 0; i < row.size; ++i) y[i] = row.x[i] - row.maximum - log_sum;
  });
}

template <class T>
void logsumexp_of(const Array& x, T* out) {
  for_each_row<T>(x, [=](const Row<T>& row) {
    const T log_sum = static_cast<T>(std::log(row.sum));
    out[row.number] = std::isinf(row.maximum) ? row.maximum : row.maximum + log_sum;
  });
}

template <class T, class Labels>
void log_probability_of(const Array& x, const Labels& labels, T* of_label, T* maximum, T* log_sum) {
  for_each_row<T>(x, [=](const Row<T>& row) {
    const auto k = static_cast<std::size_t>(row.number);
    maximum[k] = row.maximum;
    log_sum[k] = static_cast<T>(std::log(row.sum));
    of_label[k] = row.x[labels[k]] - row.maximum - log_sum[k];
  });
}

template <class T, class Labels>
void masked_log_probability_of(const Array& x, const Labels& labels, const bool* mask, T* of_label,
                               T* maximum, T* log_sum) {
  const std::int64_t n = x.shape[-1];
  const auto numbers = [from = x.as<T>(), n, mask](std::int64_t row, T* memory) {
    if (mask[row]) return from + row * n;
    std::fill_n(memory, n, T{0});
    return memory;
  };
  for_each_row<T>(x, numbers, [=](const Row<T>& row) {
    const auto k = static_cast<std::size_t>(row.number);
    const bool counts = mask[k];
    maximum[k] = counts ? row.maximum : T{0};
    log_sum[k] = counts ? static_cast<T>(std::log(row.sum)) : T{0};
    of_label[k] = counts ? row.x[labels[k]] - maximum[k] - log_sum[k] : T{0};
  });
}

bool is_last(int axis, const Array& x) { return axis == x.shape.rank() - 1; }

// Calls `rows(x, out)` with dense arrays whose last axis is `axis`.
template <class Rows>
void with_rows(const Array& x, int axis, const Array& out, const Rows& rows) {
  if (is_last(axis, x)) return rows(dense(x), out);
  const Array seen = axis_last(x, axis);
  const Array result = Array::allocate(seen.shape, out.dtype);
  rows(dense(seen), result);
  copy(result, axis_last(out, axis));
}

}  // namespace

void softmax(const Array& x, int axis, const Array& out) {
  if (!is_last(axis, x)) return softmax_of_columns(dense(x), axis, out);
  const Array rows = dense(x);
  if (x.dtype == DType::f32) return softmax_of(rows, out.as<float>());
  softmax_of(rows, out.as<double>());
}

void masked_softmax(const Array& x, const Array& mask, int axis, const Array& out) {
  const Array dense_mask = dense(axis_last(mask, axis));
  const bool* counts = dense_mask.as<bool>();
  with_rows(x, axis, out, [=](const Array& from, const Array& to) {
    if (from.dtype == DType::f32) return masked_softmax_of(from, counts, to.as<float>());
    masked_softmax_of(from, counts, to.as<double>());
  });
}

void log_softmax(const Array& x, int axis, const Array& out) {
  if (!is_last(axis, x)) return log_softmax_of_columns(dense(x), axis, out);
  const Array rows = dense(x);
  if (x.dtype == DType::f32) return log_softmax_of(rows, out.as<float>());
  log_softmax_of(rows, out.as<double>());
}

void logsumexp(const Array& x, int axis, const Array& out) {
  const Array rows = dense(axis_last(x, axis));
  if (x.dtype == DType::f32) {
    std::fill_n(out.as<float>(), out.shape.size(), -std::numeric_limits<float>::infinity());
    logsumexp_of(rows, out.as<float>());
  } else {
    std::fill_n(out.as<double>(), out.shape.size(), -std::numeric_limits<double>::infinity());
    logsumexp_of(rows, out.as<double>());
  }
}

void log_probability(const Array& x, const Array& labels, const Array& of_label,
                     const Array& maximum, const Array& log_sum) {
  const Array rows = dense(x);
  with_indices(labels, [&](auto numbers) {
    if (x.dtype == DType::f32) {
      log_probability_of(rows, numbers, of_label.as<float>(), maximum.as<float>(),
                         log_sum.as<float>());
    } else {
      log_probability_of(rows, numbers, of_label.as<double>(), maximum.as<double>(),
                         log_sum.as<double>());
    }
  });
}

void masked_log_probability(const Array& x, const Array& labels, const Array& mask,
                            const Array& of_label, const Array& maximum, const Array& log_sum) {
  const Array rows = dense(x);
  const bool* counts = mask.as<bool>();
  with_indices(labels, [&](auto numbers) {
    if (x.dtype == DType::f32) {
      masked_log_probability_of(rows, numbers, counts, of_label.as<float>(), maximum.as<float>(),
                                log_sum.as<float>());
    } else {
      masked_log_probability_of(rows, numbers, counts, of_label.as<double>(), maximum.as<double>(),
                                log_sum.as<double>());
    }
  });
}

int checked_softmax_axis(const Inference& inference) {
  if (!is_floating(inference.dtype(0))) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(0))),
                               "it must be f32 or f64; cast it first");
  }
  return checked_axis(inference, inference.shape(0), inference.integer(0));
}

void infer_softmax(Inference& inference) {
  checked_softmax_axis(inference);
  inference.output(inference.shape(0), inference.dtype(0));
}

Cost softmax_cost(const Inference& inference) {
  const auto size = static_cast<double>(inference.shape(0).size());
  return {.flops = 20 * size, .bytes = 2 * size * static_cast<double>(size_of(inference.dtype(0)))};
}

}  // namespace chronograd::detail
