#include "chronograd/ops/detail/onednn.h"

#include <dlfcn.h>
#include <dnnl.h>

#include <algorithm>
#include <new>
#include <string>

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

}  // namespace

bool onednn_reads(const Matrix<float>& matrix) {
  return rows_lie_apart(matrix) || columns_lie_apart(matrix);
}

void onednn_product(const Matrix<float>& a, const Matrix<float>& b, float* c,
                    std::int64_t c_stride) {
  const OneThread one_thread;
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

}  // namespace chronograd::detail
