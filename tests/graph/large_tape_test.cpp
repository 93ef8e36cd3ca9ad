#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <ios>
#include <ostream>
#include <streambuf>
#include <string>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/buffer.h"
#include "chronograd/graph/dump.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/tanh.h"
#include "tests/repetitions.h"

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

// Run twice: as it is, and with a stack of 256 KiB.
namespace chronograd {
namespace {

double resident_megabytes() {
  std::ifstream statm{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

void return_memory() {
  trim_memory();
#if __has_include(<malloc.h>)
  malloc_trim(0);
#endif
}

struct Nowhere : std::streambuf {
  int overflow(int c) override {
    ++written;
    return c;
  }
  std::streamsize xsputn(const char*, std::streamsize n) override {
    written += n;
    return n;
  }
  std::streamsize written = 0;
};

struct Measured {
  double megabytes;
  double gradient;
  std::streamsize dumped;
};

// A chain of `nodes` nodes: recorded, differentiated, computed and written down.
Measured chain(int nodes) {
  return_memory();
  const double before = resident_megabytes();
  const Tape tape;
  const Tensor x = Tensor::scalar(0.5, DType::f64);
  Tensor y = x;
  while (tape.recording().size() + 1 < static_cast<std::size_t>(nodes)) y = tanh(y) + x;
  const Tensor g = gradient(y, x);
  evaluate(y, g);
  const double most = resident_megabytes() - before;
  Nowhere nowhere;
  std::ostream out{&nowhere};
  dump(tape, out);
  return {most, g.item(), nowhere.written};
}

TEST_CASE("a tape of a million nodes lives and dies, with memory in proportion") {
  constexpr int nodes = test::repetitions(1'000'000);
  const Measured quarter = chain(nodes / 4);
  const Measured whole = chain(nodes);
  MESSAGE(quarter.megabytes, " MB for a quarter of ", nodes, " nodes, ", whole.megabytes, " MB");
  // y = tanh(y) + x settles, and so does its derivative g = (1 - tanh(y)^2) g + 1.
  CHECK(whole.gradient == doctest::Approx(quarter.gradient).epsilon(1e-12));
  CHECK(whole.gradient > 1);
  CHECK(whole.dumped > nodes);
  CHECK(whole.megabytes < 4.8 * quarter.megabytes + 16);
}

}  // namespace
}  // namespace chronograd
