#include "chronograd/ops/detail/onednn.h"

#include <dlfcn.h>
#include <dnnl.h>

#include <algorithm>
#include <new>
#include <string>

#include "chronograd/graph/buffer.h"
#include "chronograd/graph/error.h"

namespace chronograd::detail {
namespace {

// Many builds of oneDNN bring an OpenMP runtime, which would start a team of its own in each of our
// threads. It is found by name: we neither use OpenMP nor know which runtime that is.
class OneThread {
 public:
  OneThread() {
    if (set == nullptr || get == nullptr) return;
    before_ = get();
    if (before_ != 1) set(1);
  }
  ~OneThread() {
    if (before_ > 1) set(before_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  template <class F>
  static F* find(const char* name) {
    return reinterpret_cast<F*>(dlsym(RTLD_DEFAULT, name));
  }
  static inline int (*const get)() = find<int()>("omp_get_max_threads");
  static inline void (*const set)(int) = find<void(int)>("omp_set_num_threads");
  int before_ = 1;
};

// A matrix in BLAS's words.
struct Operand {
  char transposed;
  dnnl_dim_t stride;
};

std::int64_t step(std::int64_t stride, std::int64_t size) { return size > 1 ? stride : 1; }

// Along an axis of size 1 any stride would do; BLAS wants one that keeps rows apart.
bool rows_lie_apart(const Matrix<float>& m) {
  return step(m.column_stride, m.columns) == 1 && (m.rows == 1 || m.row_stride >= m.columns);
}

bool columns_lie_apart(const Matrix<float>& m) {
  return step(m.row_stride, m.rows) == 1 && (m.columns == 1 || m.column_stride >= m.rows);
}

Operand operand(const Matrix<float>& m) {
  if (rows_lie_apart(m)) return {'N', m.rows == 1 ? m.columns : m.row_stride};
  return {'T', m.columns == 1 ? m.rows : m.column_stride};
}

void sgemm(const Matrix<float>& a, const Matrix<float>& b, float* c, std::int64_t c_stride) {
  const Operand in_a = operand(a);
  const Operand in_b = operand(b);
  const dnnl_status_t status =
      dnnl_sgemm(in_a.transposed, in_b.transposed, a.rows, b.columns, a.columns, 1, a.data,
                 in_a.stride, b.data, in_b.stride, 0, c, c_stride);
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success) {
    throw Error("matmul: oneDNN failed with status " + std::to_string(status) +
                "; this is a defect of the library");
  }
}

constexpr std::int64_t copied_columns = 64;

// Without AVX-512, oneDNN reads b where it lies when a has few rows; but rows of b that are a
// multiple of 2 KiB apart, as those of 512, 1024 or 2048 columns are, share a few cache sets and
// evict each other, which halves the speed. From some rows of a on, a copy costs less.
bool copy_pays(const Matrix<float>& a, const Matrix<float>& b) {
  static const bool avx512 =
      (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
  return !avx512 && rows_lie_apart(b) && b.row_stride % 512 == 0 && b.rows <= 1024 &&
         b.columns >= copied_columns && a.rows >= 16 && a.rows < 256;
}

void product_by_copies(const Matrix<float>& a, const Matrix<float>& b, float* c,
                       std::int64_t c_stride) {
  constexpr std::int64_t stride = copied_columns + 16;
  const Buffer memory = Buffer::allocate(static_cast<std::size_t>(b.rows * stride) * sizeof(float));
  auto* const copy = reinterpret_cast<float*>(memory.data());
  for (std::int64_t j = 0; j < b.columns; j += copied_columns) {
    const std::int64_t columns = std::min(copied_columns, b.columns - j);
    for (std::int64_t k = 0; k < b.rows; ++k) {
      std::copy_n(b.data + k * b.row_stride + j, columns, copy + k * stride);
    }
    sgemm(a, {copy, b.rows, columns, stride, 1}, c + j, c_stride);
  }
}

}  // namespace

bool onednn_reads(const Matrix<float>& matrix) {
  return rows_lie_apart(matrix) || columns_lie_apart(matrix);
}

void onednn_product(const Matrix<float>& a, const Matrix<float>& b, float* c,
                    std::int64_t c_stride) {
  const OneThread one_thread;
  if (copy_pays(a, b)) return product_by_copies(a, b, c, c_stride);
  sgemm(a, b, c, c_stride);
}

}  // namespace chronograd::detail
