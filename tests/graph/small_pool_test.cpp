#include "chronograd/graph/memory/small_pool.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <thread>
#include <vector>

#include "chronograd/graph/buffer.h"

namespace chronograd::detail {
namespace {

constexpr std::size_t size = 48;

void take_and_give(std::size_t count) {
  std::vector<void*> blocks(count);
  for (void*& block : blocks) block = take_small(size);
  for (void* block : blocks) give_small(block, size);
}

TEST_CASE("small blocks that lie idle go back to the system when they are trimmed") {
  if (!pooled) return;
  take_and_give(500'000);
  CHECK(bytes_of_small() >= 500'000 * size);
  trim_memory();
  CHECK(bytes_of_small() < std::size_t{1} << 20);
}

TEST_CASE("and when far fewer are needed for long") {
  if (!pooled) return;
  trim_memory();
  take_and_give(400'000);
  const std::size_t most = bytes_of_small();
  CHECK(most >= 400'000 * size);
  for (int k = 0; k < 1'000; ++k) take_and_give(40'000);
  CHECK(bytes_of_small() < most / 2);
  trim_memory();
}

TEST_CASE("a small block that is in use keeps its memory while others go") {
  if (!pooled) return;
  std::vector<int*> kept;
  for (int k = 0; k < 100'000; ++k) {
    auto* const block = static_cast<int*>(take_small(size));
    *block = k;
    if (k % 10'000 == 0) {
      kept.push_back(block);
    } else {
      give_small(block, size);
    }
  }
  trim_memory();
  take_and_give(100'000);
  for (std::size_t k = 0; k < kept.size(); ++k) CHECK(*kept[k] == static_cast<int>(k) * 10'000);
  for (int* block : kept) give_small(block, size);
}

TEST_CASE("what another thread left is given back as well") {
  if (!pooled) return;
  std::vector<void*> blocks(100'000);
  std::thread{[&] {
    for (void*& block : blocks) block = take_small(size);
  }}.join();
  for (void* block : blocks) give_small(block, size);
  trim_memory();
  CHECK(bytes_of_small() < std::size_t{1} << 20);
}

}  // namespace
}  // namespace chronograd::detail
