#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

namespace chronograd {
namespace {

// Bytes in use by the process' allocator; nothing where a sanitizer has put its own in its place.
std::size_t bytes_in_use() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
  return 0;
#else
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

bool cannot_measure() {
  const std::vector<char> megabyte(1 << 20);
  const bool blind = bytes_in_use() < megabyte.size();
  if (blind) MESSAGE("skipped: this allocator does not tell how much is in use");
  return blind;
}

TEST_CASE("10,000 losses kept from 10,000 tapes cost less than a megabyte") {
  if (cannot_measure()) return;
  const Tensor x = Tensor::copy_of(std::vector<float>(1000, 0.5f), {1000});
  const auto loss = [&] {
    const Tape tape;
    const Tensor y = sum(tanh(x) * x);
    evaluate(y);
    return y;
  };
  loss();
  std::vector<Tensor> losses;
  losses.reserve(10'000);
  const std::size_t before = bytes_in_use();
  for (int k = 0; k < 10'000; ++k) losses.push_back(loss());
  CHECK(bytes_in_use() - before < 1'000'000);
  for (const Tensor& l : losses) CHECK(l.item() == losses[0].item());
}

TEST_CASE("100,000 steps on one forward_only tape need the memory of a few") {
  const Tape tape{Tape::forward_only};
  Tensor h = Tensor::copy_of(std::vector<float>(64, 0.5f), {64});
  const auto run = [&](int count) {
    std::size_t most = 0;
    for (int t = 0; t < count; ++t) {
      h = tanh(h * 0.9 + 0.1);
      most = std::max(most, tape.recording().size());
      if (t % 50 == 49) CHECK(sum(h).item() > 0);
    }
    return most;
  };
  run(1'000);
  const std::size_t before = bytes_in_use();
  CHECK(run(100'000) <= 50 * 5 + 3);
  if (!cannot_measure()) CHECK(bytes_in_use() < before + 64 * 1024);
}

}  // namespace
}  // namespace chronograd
