#include <doctest/doctest.h>

#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/ops/mul.h"
#include "tests/graph/probe.h"

#if defined(__SSE2__)
#include <immintrin.h>

namespace chronograd {
namespace {

const Tensor tiny = Tensor::copy_of({1e-30f, 1.0f}, {2});

struct Settings {
  explicit Settings(unsigned bits) { _mm_setcsr(bits); }
  ~Settings() { _mm_setcsr(before); }
  unsigned before = _mm_getcsr();
};

bool flushed(const Tensor& x) { return x.values<float>()[0] == 0 && x.values<float>()[1] > 0; }

TEST_CASE("denormal numbers count as zero inside of an evaluation") {
  CHECK(flushed(tiny * 1e-10));
  const Tape tape;
  CHECK(flushed(tiny * 1e-10));
}

TEST_CASE("the caller's settings are restored") {
  const Settings own{_mm_getcsr() | _MM_ROUND_UP};
  const unsigned before = _mm_getcsr() & ~_MM_EXCEPT_MASK;
  const auto now = [] { return _mm_getcsr() & ~_MM_EXCEPT_MASK; };
  const Tensor at_once = tiny * 1e-10;
  CHECK(now() == before);
  const Tape tape;
  evaluate(tiny * 1e-10);
  CHECK(now() == before);
  volatile float small = 1e-30f;
  CHECK(small * 1e-10f != 0);
}

TEST_CASE("the caller's settings are restored after a failure, too") {
  const unsigned before = _mm_getcsr() & ~_MM_EXCEPT_MASK;
  CHECK_THROWS_AS(test::failing(tiny), ValueError);
  CHECK((_mm_getcsr() & ~_MM_EXCEPT_MASK) == before);
  const Tape tape;
  CHECK_THROWS_AS(evaluate(test::failing(tiny)), ValueError);
  CHECK((_mm_getcsr() & ~_MM_EXCEPT_MASK) == before);
}

}  // namespace
}  // namespace chronograd
#else
namespace chronograd {

TEST_CASE("computing leaves the caller's denormals alone") {
  evaluate(mul(Tensor::scalar(2), 3));
  volatile float small = 1e-30f;
  CHECK(small * 1e-10f != 0);
}

}  // namespace chronograd
#endif
