#include "chronograd/ops/detail/product.h"

#include <algorithm>
#include <cstring>

#include "chronograd/graph/kernels/threads.h"
#include "chronograd/ops/detail/f64_product.h"
#include "chronograd/ops/detail/onednn.h"
#include "chronograd/ops/detail/per_axis.h"
#include "chronograd/ops/detail/vector_product.h"

namespace chronograd::detail {
namespace {

// Below this much work in each part a second thread does not pay.
constexpr std::int64_t flops_per_part = 250'000;
// The kernels work on this many rows or columns at once, so the parts have whole multiples of it.
constexpr std::int64_t lines_per_block = 16;

// The operands of a product: a matrix for each position along the batch axes.
template <class T>
struct Batches {
  Matrix<T> a;
  Matrix<T> b;
  int rank = 0;
  PerAxis size{Shape::max_rank};
  PerAxis a_stride{Shape::max_rank};
  PerAxis b_stride{Shape::max_rank};
  std::int64_t count = 1;
};

template <class T>
Matrix<T> matrix(const Array& x) {
  return {x.as<T>(), x.shape[-2], x.shape[-1], x.strides[-2], x.strides[-1]};
}

// The stride of x along an axis of c; 0 if x does not have that axis or repeats along it.
std::int64_t batch_stride(const Array& x, const Array& c, int axis) {
  const int own = axis - (c.shape.rank() - x.shape.rank());
  return own < 0 || x.shape[own] == 1 ? 0 : x.strides[own];
}

template <class T>
Batches<T> batches(const Array& a, const Array& b, const Array& c) {
  Batches<T> p{matrix<T>(a), matrix<T>(b)};
  for (int axis = 0; axis < c.shape.rank() - 2; ++axis) {
    if (c.shape[axis] == 1) continue;
    p.size[p.rank] = c.shape[axis];
    p.a_stride[p.rank] = batch_stride(a, c, axis);
    p.b_stride[p.rank] = batch_stride(b, c, axis);
    p.count *= c.shape[axis];
    ++p.rank;
  }
  return p;
}

// Where b is the same along the innermost batch axis, and the rows of a continue evenly along it,
// that axis is only more rows of one product: c is dense, so its rows continue as well.
template <class T>
void fold_batches_into_rows(Batches<T>& p) {
  for (; p.rank > 0 && p.b_stride[p.rank - 1] == 0; --p.rank) {
    const std::int64_t stride = p.a_stride[p.rank - 1];
    if (p.a.rows == 1 && stride != 0) p.a.row_stride = stride;
    if (stride != p.a.rows * p.a.row_stride) return;
    p.a.rows *= p.size[p.rank - 1];
    p.count /= p.size[p.rank - 1];
  }
}

template <class T>
bool shares_b(const Batches<T>& p) {
  const std::span<const std::int64_t> strides = p.b_stride;
  return std::all_of(strides.begin(), strides.begin() + p.rank,
                     [](std::int64_t stride) { return stride == 0; });
}

void multiply(const Matrix<float>& a, const Matrix<float>& b, float* c, std::int64_t c_stride) {
  const bool dense = a.rows == 1 || (b.columns == 1 && c_stride == 1);
  if (dense && is_vector_product(a, b)) return vector_product(a, b, c);
  onednn_product(a, b, c, c_stride);
}

void multiply(const Matrix<double>& a, const Matrix<double>& b, double* c, std::int64_t c_stride) {
  f64_product(a, b, c, c_stride);
}

bool readable(const Matrix<float>& m) { return onednn_reads(m); }
bool readable(const Matrix<double>&) { return true; }

template <class T>
std::int64_t parts_grain(const Matrix<T>& a, std::int64_t lines, std::int64_t columns) {
  return flops_per_part / std::max<std::int64_t>(1, 2 * lines * columns * a.columns) + 1;
}

// One product, cut along the longer side of c into parts for several threads.
template <class T>
void multiply_in_parts(const Matrix<T>& a, const Matrix<T>& b, T* c) {
  const bool by_rows = a.rows >= b.columns;
  const std::int64_t lines = by_rows ? a.rows : b.columns;
  const std::int64_t blocks = (lines + lines_per_block - 1) / lines_per_block;
  const std::int64_t grain = parts_grain(a, lines_per_block, by_rows ? b.columns : a.rows);
  parallel_for(blocks, grain, [&](std::int64_t first, std::int64_t last) {
    const std::int64_t begin = first * lines_per_block;
    const std::int64_t count = std::min(lines, last * lines_per_block) - begin;
    if (by_rows) {
      multiply(a.rows_from(begin, count), b, c + begin * b.columns, b.columns);
    } else {
      multiply(a, b.columns_from(begin, count), c + begin, b.columns);
    }
  });
}

template <class T>
void multiply_batch(const Batches<T>& p, std::int64_t number, T* c, bool in_parts) {
  Matrix<T> a = p.a;
  Matrix<T> b = p.b;
  std::int64_t rest = number;
  for (int axis = p.rank - 1; axis >= 0; --axis) {
    const std::int64_t at = rest % p.size[axis];
    rest /= p.size[axis];
    a.data += at * p.a_stride[axis];
    b.data += at * p.b_stride[axis];
  }
  c += number * a.rows * b.columns;
  if (in_parts) return multiply_in_parts(a, b, c);
  multiply(a, b, c, b.columns);
}

template <class T>
void product_of(const Array& a, const Array& b, const Array& c) {
  Batches<T> p = batches<T>(a, b, c);
  fold_batches_into_rows(p);
  // To copy an operand costs less than to multiply one matrix at a time by the same b.
  if (!readable(p.a) || (p.count > 1 && shares_b(p))) {
    if (!a.dense()) return product_of<T>(dense(a), b, c);
  }
  if (!readable(p.b)) return product_of<T>(a, dense(b), c);
  T* out = c.as<T>();
  if (p.count < threads()) {
    for (std::int64_t k = 0; k < p.count; ++k) multiply_batch(p, k, out, true);
    return;
  }
  parallel_for(p.count, parts_grain(p.a, p.a.rows, p.b.columns),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t k = begin; k < end; ++k) multiply_batch(p, k, out, false);
               });
}

}  // namespace

void product(const Array& a, const Array& b, const Array& c) {
  if (c.shape.empty()) return;
  if (a.shape[-1] == 0) {
    std::memset(c.data, 0, static_cast<std::size_t>(c.shape.size()) * size_of(c.dtype));
  } else if (c.dtype == DType::f32) {
    product_of<float>(a, b, c);
  } else {
    product_of<double>(a, b, c);
  }
}

}  // namespace chronograd::detail
