#include "chronograd/graph/kernels/flush_denormals.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace chronograd::detail {

#if defined(__SSE2__)
FlushDenormals::FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
FlushDenormals::~FlushDenormals() { _mm_setcsr(before_); }
#else
FlushDenormals::FlushDenormals() : before_(0) {}
FlushDenormals::~FlushDenormals() = default;
#endif

}  // namespace chronograd::detail
