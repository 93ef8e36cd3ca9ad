#include "chronograd/ops/detail/onednn.h"

#include <dnnl.h>
#include <signal.h>

#include <algorithm>
#include <new>
#include <string>

#include "chronograd/graph/buffer.h"
#include "chronograd/graph/error.h"
#include "chronograd/ops/detail/onednn_threads.h"

namespace chronograd::detail {
namespace {

// While an object of this class lives, signals that come from outside wait. Signals that an
// instruction of this thread causes do not: if they waited, the program would be killed before its
// own handler could say why.
class SignalsWait {
 public:
  SignalsWait() { pthread_sigmask(SIG_BLOCK, &from_outside(), &before_); }
  ~SignalsWait() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;

 private:
  static const sigset_t& from_outside() {
    static const sigset_t signals = [] {
      sigset_t all;
      sigfillset(&all);
      for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
        sigdelset(&all, own);
      }
      return all;
    }();
    return signals;
  }
  sigset_t before_;
};

// A matrix as BLAS describes it.
struct Operand {
  char transposed;
  dnnl_dim_t stride;
};

std::int64_t step(std::int64_t stride, std::int64_t size) { return size > 1 ? stride : 1; }

// The stride along an axis of size 1 does not matter, but BLAS refuses one that lets rows overlap.
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

dnnl_status_t try_sgemm(const Matrix<float>& a, const Matrix<float>& b, float* c,
                        std::int64_t c_stride, bool add) {
  const Operand in_a = operand(a);
  const Operand in_b = operand(b);
  return dnnl_sgemm(in_a.transposed, in_b.transposed, a.rows, b.columns, a.columns, 1, a.data,
                    in_a.stride, b.data, in_b.stride, add ? 1 : 0, c, c_stride);
}

void sgemm(const Matrix<float>& a, const Matrix<float>& b, float* c, std::int64_t c_stride,
           bool add) {
  dnnl_status_t status = try_sgemm(a, b, c, c_stride, add);
  if (status == dnnl_out_of_memory) {
    trim_memory();
    status = try_sgemm(a, b, c, c_stride, add);
  }
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success) {
    throw Error("matmul: oneDNN failed with status " + std::to_string(status) +
                "; this is a defect of the library");
  }
}

// Without AVX-512, oneDNN reads small operands where they lie. Where their lines share sets of the
// cache, that is half as fast, and copying the operand with its lines farther apart costs less.
bool has_avx512() {
  static const bool has =
      (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
  return has;
}

// oneDNN's products for AVX2 and AVX-512 copy 16 or 48 lines of an operand into 16 KiB of the
// stack. Where the inner size is larger than fits there (252 and 84, in 2.6 and in 3.7), they copy
// into a block of the heap and let the *stack pointer* point to it: a signal that came then would
// write its frame over the heap below that block.
std::int64_t deepest_on_the_stack() { return has_avx512() ? 80 : 248; }

// Cuts a depth in equal pieces that are at most `most` deep; returns their size.
std::int64_t depth_of_pieces(std::int64_t depth, std::int64_t most) {
  const std::int64_t pieces = (depth + most - 1) / most;
  return ((depth + pieces - 1) / pieces + 7) / 8 * 8;
}

double flops(const Matrix<float>& a, const Matrix<float>& b) {
  return 2 * static_cast<double>(a.rows) * static_cast<double>(b.columns) *
         static_cast<double>(a.columns);
}

// To let signals wait takes two system calls, up to 2 us. A small product is cut into a few shallow
// ones instead, which need no protection.
bool shallow_pieces_pay(const Matrix<float>& a, const Matrix<float>& b) {
  return flops(a, b) <= 8e6 && a.columns <= 4 * deepest_on_the_stack();
}

// At 10 GFLOP/s, which slow cores reach, a tenth of a second: for that long Ctrl-C and profilers
// may wait.
constexpr double most_flops_without_signals = 1e9;

// Like `sgemm`, but a signal that comes meanwhile does no harm.
void product(const Matrix<float>& a, const Matrix<float>& b, float* c, std::int64_t c_stride,
             bool add = false);

void product_by_depth(const Matrix<float>& a, const Matrix<float>& b, float* c,
                      std::int64_t c_stride, bool add, std::int64_t depth) {
  for (std::int64_t k = 0; k < a.columns; k += depth) {
    const std::int64_t some = std::min(depth, a.columns - k);
    product(a.columns_from(k, some), b.rows_from(k, some), c, c_stride, add || k > 0);
  }
}

// Cuts a large product across its longest side, so that signals do not wait longer than that.
void product_by_halves(const Matrix<float>& a, const Matrix<float>& b, float* c,
                       std::int64_t c_stride, bool add) {
  const std::int64_t longest = std::max({a.rows, a.columns, b.columns});
  constexpr std::int64_t block = 48;  // a multiple of the lines that oneDNN takes at a time
  const std::int64_t half = (longest / 2 + block - 1) / block * block;
  if (longest == a.columns) return product_by_depth(a, b, c, c_stride, add, half);
  if (longest == a.rows) {
    product(a.rows_from(0, half), b, c, c_stride, add);
    product(a.rows_from(half, a.rows - half), b, c + half * c_stride, c_stride, add);
  } else {
    product(a, b.columns_from(0, half), c, c_stride, add);
    product(a, b.columns_from(half, b.columns - half), c + half, c_stride, add);
  }
}

void product(const Matrix<float>& a, const Matrix<float>& b, float* c, std::int64_t c_stride,
             bool add) {
  const std::int64_t deepest = deepest_on_the_stack();
  if (a.columns <= deepest) return sgemm(a, b, c, c_stride, add);
  if (shallow_pieces_pay(a, b)) {
    return product_by_depth(a, b, c, c_stride, add, depth_of_pieces(a.columns, deepest));
  }
  if (flops(a, b) > most_flops_without_signals) {
    return product_by_halves(a, b, c, c_stride, add);
  }
  const SignalsWait signals_wait;
  sgemm(a, b, c, c_stride, add);
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

// Copies and multiplies a few columns of b at a time.
void product_by_columns(const Matrix<float>& a, const Matrix<float>& b, float* c,
                        std::int64_t c_stride) {
  const Buffer memory = allocate(b.rows, copied_columns);
  for (std::int64_t j = 0; j < b.columns; j += copied_columns) {
    const std::int64_t columns = std::min(copied_columns, b.columns - j);
    const float* copy = copy_lines(b.data + j, b.row_stride, b.rows, columns, memory);
    product(a, {copy, b.rows, columns, columns + gap, 1}, c + j, c_stride);
  }
}

// Decides as oneDNN 2.6 does whether it reads operands where they lie.
bool reads_in_place(std::int64_t rows, std::int64_t columns) {
  return 1.0 / static_cast<double>(rows) + 1.0 / static_cast<double>(columns) >= 0.0038;
}

bool copying_slices_pays(const Matrix<float>& a, const Matrix<float>& b) {
  const bool along_lines = !rows_lie_apart(a) && rows_lie_apart(b);
  const std::int64_t smallest = std::min({a.rows, a.columns, b.columns});
  return !has_avx512() && along_lines && smallest >= 128 && reads_in_place(a.rows, b.columns) &&
         (a.column_stride % same_sets == 0 || b.row_stride % same_sets == 0);
}

// Copies a few columns of a and rows of b at a time and adds up their products.
void product_by_slices(const Matrix<float>& a, const Matrix<float>& b, float* c,
                       std::int64_t c_stride) {
  const std::int64_t deepest = depth_of_pieces(a.columns, deepest_on_the_stack());
  const Buffer of_a = allocate(deepest, a.rows);
  const Buffer of_b = allocate(deepest, b.columns);
  for (std::int64_t k = 0; k < a.columns; k += deepest) {
    const std::int64_t depth = std::min(deepest, a.columns - k);
    const float* from_a =
        copy_lines(a.data + k * a.column_stride, a.column_stride, depth, a.rows, of_a);
    const float* from_b =
        copy_lines(b.data + k * b.row_stride, b.row_stride, depth, b.columns, of_b);
    product({from_a, a.rows, depth, 1, a.rows + gap},
            {from_b, depth, b.columns, b.columns + gap, 1}, c, c_stride, k > 0);
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
  product(a, b, c, c_stride);
}

}  // namespace chronograd::detail
