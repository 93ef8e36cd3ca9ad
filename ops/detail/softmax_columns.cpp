#include "chronograd/ops/detail/softmax_columns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "chronograd/graph/kernels/loops.h"
#include "chronograd/graph/kernels/reduction_loops.h"
#include "chronograd/graph/kernels/threads.h"

namespace chronograd::detail {
namespace {

// So many numbers are worked on at once, since they stay in L2; but at least a cache line of
// columns.
constexpr std::int64_t tile_size = 16384;
constexpr std::int64_t min_columns = 16;
constexpr std::int64_t max_columns = 512;

// Neighbouring columns of one matrix of n rows.
template <class T>
struct Block {
  std::int64_t n;
  std::int64_t columns;
  std::int64_t stride;  // from row to row of x and out
  const T* x;
  T* out;
  const T* exponentials;  // e^(x - maximum), row by row without gaps
  const T* maxima;
  const double* sums;  // of the exponentials
};

template <class T>
struct Memory {
  std::vector<T> exponentials;
  std::vector<T> maxima;
  std::vector<double> sums;

  explicit Memory(std::int64_t n, std::int64_t columns)
      : exponentials(static_cast<std::size_t>(n * columns)),
        maxima(static_cast<std::size_t>(columns)),
        sums(static_cast<std::size_t>(columns)) {}
};

template <class T, class Use>
void work_off(Block<T> block, Memory<T>& memory, const Use& use) {
  static const ReductionLoops<T>& loops = reduction_loops<T>();
  static const Loop exp = loop(Scalar::exp, dtype_of<T>());
  const std::int64_t n = block.n;
  const std::int64_t columns = block.columns;
  const std::int64_t stride = block.stride;
  T* const e = memory.exponentials.data();
  T* const maxima = memory.maxima.data();
  double* const sums = memory.sums.data();
  std::copy_n(block.x, columns, maxima);
  loops.maximum_of_rows(block.x, stride, n, columns, maxima);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      e[i * columns + j] = block.x[i * stride + j] - maxima[j];
    }
  }
  exp(e, nullptr, nullptr, e, static_cast<std::size_t>(n * columns));
  std::fill_n(sums, columns, 0);
  loops.add_rows(e, columns, n, columns, sums);
  block.exponentials = e;
  block.maxima = maxima;
  block.sums = sums;
  use(block);
}

template <class T, class Use>
void for_each_block(const Array& x, int axis, const Array& out, const Use& use) {
  if (x.shape.empty()) return;
  const std::int64_t n = x.shape[axis];
  std::int64_t stride = 1;
  for (int inner = axis + 1; inner < x.shape.rank(); ++inner) stride *= x.shape[inner];
  const std::int64_t width = std::min(stride, std::clamp(tile_size / n, min_columns, max_columns));
  const std::int64_t blocks = (stride + width - 1) / width;
  parallel_for(x.shape.size() / (n * stride) * blocks, tile_size / (n * width) + 1,
               [&](std::int64_t begin, std::int64_t end) {
                 Memory<T> memory(n, width);
                 for (std::int64_t k = begin; k < end; ++k) {
                   const std::int64_t first = k % blocks * width;
                   const std::int64_t at = k / blocks * n * stride + first;
                   work_off<T>({.n = n,
                                .columns = std::min(width, stride - first),
                                .stride = stride,
                                .x = x.as<T>() + at,
                                .out = out.as<T>() + at},
                               memory, use);
                 }
               });
}

template <class T>
void softmax_of(const Array& x, int axis, const Array& out) {
  for_each_block<T>(x, axis, out, [](const Block<T>& b) {
    std::array<T, static_cast<std::size_t>(max_columns)> storage;
    T* const scales = storage.data();
    for (std::int64_t j = 0; j < b.columns; ++j) scales[j] = static_cast<T>(1 / b.sums[j]);
    for (std::int64_t i = 0; i < b.n; ++i) {
      for (std::int64_t j = 0; j < b.columns; ++j) {
        b.out[i * b.stride + j] = b.exponentials[i * b.columns + j] * scales[j];
      }
    }
  });
}

template <class T>
void log_softmax_of(const Array& x, int axis, const Array& out) {
  for_each_block<T>(x, axis, out, [](const Block<T>& b) {
    std::array<T, static_cast<std::size_t>(max_columns)> storage;
    T* const logs = storage.data();
    for (std::int64_t j = 0; j < b.columns; ++j) logs[j] = static_cast<T>(std::log(b.sums[j]));
    for (std::int64_t i = 0; i < b.n; ++i) {
      for (std::int64_t j = 0; j < b.columns; ++j) {
        b.out[i * b.stride + j] = b.x[i * b.stride + j] - b.maxima[j] - logs[j];
      }
    }
  });
}

}  // namespace

void softmax_of_columns(const Array& x, int axis, const Array& out) {
  if (x.dtype == DType::f32) return softmax_of<float>(x, axis, out);
  softmax_of<double>(x, axis, out);
}

void log_softmax_of_columns(const Array& x, int axis, const Array& out) {
  if (x.dtype == DType::f32) return log_softmax_of<float>(x, axis, out);
  log_softmax_of<double>(x, axis, out);
}

}  // namespace chronograd::detail
