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

void sgemm(const Matrix<float>& a, const Matrix<float>& b, float* c, std::int64_t c_stride,
           bool add = false) {
  const Operand in_a = operand(a);
  const Operand in_b = operand(b);
  const dnnl_status_t status =
      dnnl_sgemm(in_a.transposed, in_b.transposed, a.rows, b.columns, a.columns, 1, a.data,
                 in_a.stride, b.data, in_b.stride, add ? 1 : 0, c, c_stride);
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success) {
    throw Error("matmul: oneDNN failed with status " + std::to_string(status) +
                "; this is a defect of the library");
  }
}

// Without AVX-512, oneDNN reads small operands where they lie, which halves the speed where their
// lines share sets of the cache. To copy them farther apart costs less.
bool has_avx512() {
  static const bool has =
      (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
  return has;
}

Buffer allocate(std::int64_t lines, std::int64_t length) {
  return Buffer::allocate(static_cast<std::size_t>(lines * (length + gap)) * sizeof(float));
}

float* copy_lines(const float* from, std::int64_t stride, std::int64_t lines, std::int64_t length,
                  const Buffer& memory) {
  auto* const to = reinterpret_cast<float*>(memory.data());
  for (std::int64_t k = 0; k < lines; ++k) {
    std::copy_n(from + k * stride, length, to + k * (length + gap));
  }
  return to;
}

constexpr std::int64_t copied_columns = 64;

bool copying_columns_pays(const Matrix<float>& a, const Matrix<float>& b) {
  return !has_avx512() && rows_lie_apart(b) && b.row_stride % (2 * same_sets) == 0 &&
         b.rows <= 1024 && b.columns >= copied_columns && a.rows >= 16 && a.rows < 256;
}

// A few columns of b at a time.
void product_by_columns(const Matrix<float>& a, const Matrix<float>& b, float* c,
                        std::int64_t c_stride) {
  const Buffer memory = allocate(b.rows, copied_columns);
  for (std::int64_t j = 0; j < b.columns; j += copied_columns) {
    const std::int64_t columns = std::min(copied_columns, b.columns - j);
    const float* copy = copy_lines(b.data + j, b.row_stride, b.rows, columns, memory);
    sgemm(a, {copy, b.rows, columns, columns + gap, 1}, c + j, c_stride);
  }
}

constexpr std::int64_t copied_depth = 256;

// As oneDNN 2.6 decides whether to read operands where they lie.
bool reads_in_place(std::int64_t rows, std::int64_t columns) {
  return 1.0 / static_cast<double>(rows) + 1.0 / static_cast<double>(columns) >= 0.0038;
}

bool copying_slices_pays(const Matrix<float>& a, const Matrix<float>& b) {
  const bool along_lines = !rows_lie_apart(a) && rows_lie_apart(b);
  const std::int64_t smallest = std::min({a.rows, a.columns, b.columns});
  return !has_avx512() && along_lines && smallest >= 128 && reads_in_place(a.rows, b.columns) &&
         (a.column_stride % same_sets == 0 || b.row_stride % same_sets == 0);
}

// The sum of products of a few columns of a and rows of b at a time.
void product_by_slices(const Matrix<float>& a, const Matrix<float>& b, float* c,
                       std::int64_t c_stride) {
  const std::int64_t deepest = std::min(copied_depth, a.columns);
  const Buffer of_a = allocate(deepest, a.rows);
  const Buffer of_b = allocate(deepest, b.columns);
  for (std::int64_t k = 0; k < a.columns; k += copied_depth) {
    const std::int64_t depth = std::min(copied_depth, a.columns - k);
    const float* from_a =
        copy_lines(a.data + k * a.column_stride, a.column_stride, depth, a.rows, of_a);
    const float* from_b =
        copy_lines(b.data + k * b.row_stride, b.row_stride, depth, b.columns, of_b);
    sgemm({from_a, a.rows, depth, 1, a.rows + gap}, {from_b, depth, b.columns, b.columns + gap, 1},
          c, c_stride, k > 0);
  }
}

}  // namespace

bool onednn_reads(const Matrix<float>& matrix) {
  return rows_lie_apart(matrix) || columns_lie_apart(matrix);
}

void onednn_product(const Matrix<float>& a, const Matrix<float>& b, float* c,
                    std::int64_t c_stride) {
  const OneThread one_thread;
  if (copying_columns_pays(a, b)) return product_by_columns(a, b, c, c_stride);
  if (copying_slices_pays(a, b)) return product_by_slices(a, b, c, c_stride);
  sgemm(a, b, c, c_stride);
}

}  // namespace chronograd::detail
