#include "chronograd/ops/detail/f64_product.h"

#include <algorithm>

#include "chronograd/graph/buffer.h"

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chronograd/ops/detail/f64_product.cpp"
// clang-format off
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace chronograd::detail::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Goto's scheme: a block of b that stays in L2 and a block of a that stays in L1 are packed in the
// order in which tiles of c, held in registers, read them.
constexpr std::int64_t tile_rows = 6;
constexpr std::int64_t block_rows = 16 * tile_rows;
constexpr std::int64_t block_depth = 256;
constexpr std::int64_t block_columns = 512;

using Lanes = hn::ScalableTag<double>;

inline std::int64_t tile_columns() { return 2 * static_cast<std::int64_t>(hn::Lanes(Lanes())); }

// Packs lines of `m` in tiles of `tile` lines, element by element of the lines; a last tile that is
// not full is filled with zeros.
void pack(const double* data, std::int64_t lines, std::int64_t line_stride, std::int64_t length,
          std::int64_t stride, std::int64_t tile, double* to) {
  for (std::int64_t begin = 0; begin < lines; begin += tile) {
    const std::int64_t count = std::min(tile, lines - begin);
    const double* from = data + begin * line_stride;
    for (std::int64_t k = 0; k < length; ++k, from += stride) {
      for (std::int64_t line = 0; line < count; ++line) *to++ = from[line * line_stride];
      for (std::int64_t line = count; line < tile; ++line) *to++ = 0;
    }
  }
}

// One tile that lies in c as a whole.
HWY_INLINE void multiply_tile(const double* HWY_RESTRICT a, const double* HWY_RESTRICT b,
                              std::int64_t depth, double* c, std::int64_t c_stride, bool add) {
  const Lanes d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  using V = hn::Vec<Lanes>;
  V l0 = hn::Zero(d), l1 = l0, l2 = l0, l3 = l0, l4 = l0, l5 = l0;
  V r0 = l0, r1 = l0, r2 = l0, r3 = l0, r4 = l0, r5 = l0;
  for (std::int64_t k = 0; k < depth; ++k, a += tile_rows, b += 2 * lanes) {
    const V left = hn::Load(d, b);
    const V right = hn::Load(d, b + lanes);
    const auto row = [&](std::int64_t i, V& l, V& r) HWY_ATTR {
      const V x = hn::Set(d, a[i]);
      l = hn::MulAdd(x, left, l);
      r = hn::MulAdd(x, right, r);
    };
    row(0, l0, r0);
    row(1, l1, r1);
    row(2, l2, r2);
    row(3, l3, r3);
    row(4, l4, r4);
    row(5, l5, r5);
  }
  const auto store = [&](V l, V r) HWY_ATTR {
    hn::StoreU(add ? hn::Add(hn::LoadU(d, c), l) : l, d, c);
    hn::StoreU(add ? hn::Add(hn::LoadU(d, c + lanes), r) : r, d, c + lanes);
    c += c_stride;
  };
  store(l0, r0);
  store(l1, r1);
  store(l2, r2);
  store(l3, r3);
  store(l4, r4);
  store(l5, r5);
}

// A tile that reaches over the edge of c: it is computed aside, and what is inside is copied.
void multiply_edge(const double* a, const double* b, std::int64_t depth, double* c,
                   std::int64_t c_stride, bool add, std::int64_t rows, std::int64_t columns) {
  HWY_ALIGN double tile[tile_rows * 2 * hn::MaxLanes(Lanes())];
  multiply_tile(a, b, depth, tile, tile_columns(), false);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      const double value = tile[i * tile_columns() + j];
      c[i * c_stride + j] = add ? c[i * c_stride + j] + value : value;
    }
  }
}

void multiply_blocks(const double* a, const double* b, std::int64_t rows, std::int64_t columns,
                     std::int64_t depth, double* c, std::int64_t c_stride, bool add) {
  for (std::int64_t j = 0; j < columns; j += tile_columns()) {
    for (std::int64_t i = 0; i < rows; i += tile_rows) {
      const double* from_a = a + i * depth;
      const double* from_b = b + j * depth;
      double* to = c + i * c_stride + j;
      if (rows - i >= tile_rows && columns - j >= tile_columns()) {
        multiply_tile(from_a, from_b, depth, to, c_stride, add);
      } else {
        multiply_edge(from_a, from_b, depth, to, c_stride, add, std::min(tile_rows, rows - i),
                      std::min(tile_columns(), columns - j));
      }
    }
  }
}

std::int64_t round_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

Buffer allocate(std::int64_t numbers) {
  return Buffer::allocate(static_cast<std::size_t>(numbers) * sizeof(double) + 64);
}

void multiply(const Matrix<double>& a, const Matrix<double>& b, double* c, std::int64_t c_stride) {
  const std::int64_t depth = std::min(a.columns, block_depth);
  const Buffer a_memory = allocate(depth * round_up(std::min(a.rows, block_rows), tile_rows));
  const Buffer b_memory =
      allocate(depth * round_up(std::min(b.columns, block_columns), tile_columns()));
  auto* a_block = reinterpret_cast<double*>(a_memory.data());
  auto* b_block = reinterpret_cast<double*>(b_memory.data());
  for (std::int64_t j = 0; j < b.columns; j += block_columns) {
    const std::int64_t columns = std::min(block_columns, b.columns - j);
    for (std::int64_t k = 0; k < a.columns; k += block_depth) {
      const std::int64_t length = std::min(block_depth, a.columns - k);
      pack(b.data + k * b.row_stride + j * b.column_stride, columns, b.column_stride, length,
           b.row_stride, tile_columns(), b_block);
      for (std::int64_t i = 0; i < a.rows; i += block_rows) {
        const std::int64_t rows = std::min(block_rows, a.rows - i);
        pack(a.data + i * a.row_stride + k * a.column_stride, rows, a.row_stride, length,
             a.column_stride, tile_rows, a_block);
        multiply_blocks(a_block, b_block, rows, columns, length, c + i * c_stride + j, c_stride,
                        k > 0);
      }
    }
  }
}

}  // namespace
}  // namespace chronograd::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace chronograd::detail {

HWY_EXPORT(multiply);

void f64_product(const Matrix<double>& a, const Matrix<double>& b, double* c,
                 std::int64_t c_stride) {
  HWY_DYNAMIC_DISPATCH(multiply)(a, b, c, c_stride);
}

}  // namespace chronograd::detail
#endif
