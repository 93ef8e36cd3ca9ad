#include "chronograd/ops/detail/vector_product.h"

#include <algorithm>
#include <cstddef>
#include <vector>

// Vectors of a size that is not known to the compiler cannot stand in arrays.
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chronograd/ops/detail/vector_product.cpp"
// clang-format off
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace chronograd::detail::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::ScalableTag<float>;
using V = hn::Vec<Lanes>;

// The processor fetches ahead of about this many streams of memory at once.
constexpr std::int64_t together = 8;
// So many numbers of c stay in the first-level cache.
constexpr std::int64_t block_columns = 4096;

// Adds x[0] m[0] + x[1] m[1] .. over `Rows` rows of m to c, or writes it there the first time.
template <std::int64_t Rows>
void add_rows(const float* x, std::int64_t x_stride, const float* m, std::int64_t stride,
              std::int64_t columns, float* c, bool first) {
  const Lanes d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  V factor[Rows];
  for (std::int64_t r = 0; r < Rows; ++r) factor[r] = hn::Set(d, x[r * x_stride]);
  std::int64_t j = 0;
  for (; j + 2 * lanes <= columns; j += 2 * lanes) {
    V left = first ? hn::Zero(d) : hn::LoadU(d, c + j);
    V right = first ? hn::Zero(d) : hn::LoadU(d, c + j + lanes);
    for (std::int64_t r = 0; r < Rows; ++r) {
      left = hn::MulAdd(factor[r], hn::LoadU(d, m + r * stride + j), left);
      right = hn::MulAdd(factor[r], hn::LoadU(d, m + r * stride + j + lanes), right);
    }
    hn::StoreU(left, d, c + j);
    hn::StoreU(right, d, c + j + lanes);
  }
  for (; j + lanes <= columns; j += lanes) {
    V sum = first ? hn::Zero(d) : hn::LoadU(d, c + j);
    for (std::int64_t r = 0; r < Rows; ++r) {
      sum = hn::MulAdd(factor[r], hn::LoadU(d, m + r * stride + j), sum);
    }
    hn::StoreU(sum, d, c + j);
  }
  for (; j < columns; ++j) {
    float sum = first ? 0 : c[j];
    for (std::int64_t r = 0; r < Rows; ++r) sum += x[r * x_stride] * m[r * stride + j];
    c[j] = sum;
  }
}

// The product when the rows of m are contiguous: the sum of the rows, each times its number of x.
void sum_of_rows(const float* x, std::int64_t x_stride, const Matrix<float>& m, float* c) {
  for (std::int64_t j = 0; j < m.columns; j += block_columns) {
    const std::int64_t columns = std::min(block_columns, m.columns - j);
    const float* from = m.data + j;
    std::int64_t k = 0;
    for (; k + together <= m.rows; k += together) {
      add_rows<together>(x + k * x_stride, x_stride, from + k * m.row_stride, m.row_stride, columns,
                         c + j, k == 0);
    }
    for (; k < m.rows; ++k) {
      add_rows<1>(x + k * x_stride, x_stride, from + k * m.row_stride, m.row_stride, columns, c + j,
                  k == 0);
    }
  }
}

// The product when the columns of m are contiguous, and x is: an inner product for each column.
template <std::int64_t Columns>
void dot_columns(const float* x, const float* m, std::int64_t stride, std::int64_t length,
                 float* c) {
  const Lanes d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  V sum[Columns];
  for (V& s : sum) s = hn::Zero(d);
  std::int64_t k = 0;
  for (; k + lanes <= length; k += lanes) {
    const V factor = hn::LoadU(d, x + k);
    for (std::int64_t j = 0; j < Columns; ++j) {
      sum[j] = hn::MulAdd(factor, hn::LoadU(d, m + j * stride + k), sum[j]);
    }
  }
  for (std::int64_t j = 0; j < Columns; ++j) {
    float total = hn::GetLane(hn::SumOfLanes(d, sum[j]));
    for (std::int64_t rest = k; rest < length; ++rest) total += x[rest] * m[j * stride + rest];
    c[j] = total;
  }
}

void dots(const float* x, const Matrix<float>& m, float* c) {
  std::int64_t j = 0;
  for (; j + together <= m.columns; j += together) {
    dot_columns<together>(x, m.data + j * m.column_stride, m.column_stride, m.rows, c + j);
  }
  for (; j < m.columns; ++j) {
    dot_columns<1>(x, m.data + j * m.column_stride, m.column_stride, m.rows, c + j);
  }
}

}  // namespace
}  // namespace chronograd::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace chronograd::detail {

HWY_EXPORT(sum_of_rows);
HWY_EXPORT(dots);

namespace {

// The rows or columns must have a minimal length: a short vector is better held in registers, as
// oneDNN does.
bool rows_are_runs(const Matrix<float>& m) { return m.column_stride == 1 && m.columns >= 32; }
bool columns_are_runs(const Matrix<float>& m) { return m.row_stride == 1 || m.rows == 1; }
bool has_runs(const Matrix<float>& m) { return rows_are_runs(m) || columns_are_runs(m); }

Matrix<float> transposed(const Matrix<float>& m) {
  return {m.data, m.columns, m.rows, m.column_stride, m.row_stride};
}

void row_times(const Matrix<float>& row, const Matrix<float>& m, float* c) {
  const std::int64_t stride = row.column_stride;
  if (rows_are_runs(m)) {
    HWY_DYNAMIC_DISPATCH(sum_of_rows)(row.data, stride, m, c);
  } else if (stride == 1) {
    HWY_DYNAMIC_DISPATCH(dots)(row.data, m, c);
  } else {
    std::vector<float> x(static_cast<std::size_t>(row.columns));
    for (std::size_t k = 0; k < x.size(); ++k)
      x[k] = row.data[static_cast<std::int64_t>(k) * stride];
    HWY_DYNAMIC_DISPATCH(dots)(x.data(), m, c);
  }
}

}  // namespace

bool is_vector_product(const Matrix<float>& a, const Matrix<float>& b) {
  return (a.rows == 1 && has_runs(b)) || (b.columns == 1 && has_runs(transposed(a)));
}

void vector_product(const Matrix<float>& a, const Matrix<float>& b, float* c) {
  if (a.rows == 1 && has_runs(b)) return row_times(a, b, c);
  row_times(transposed(b), transposed(a), c);
}

}  // namespace chronograd::detail
#endif
