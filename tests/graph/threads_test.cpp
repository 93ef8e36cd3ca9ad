#include "chronograd/graph/threads.h"

#include <doctest/doctest.h>

#if defined(__linux__)
#include <sched.h>
#endif

#include <atomic>
#include <cstddef>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/cores.h"
#include "chronograd/graph/kernels/threads.h"

namespace chronograd {
namespace {

using detail::parallel_for;
using Range = std::pair<std::int64_t, std::int64_t>;

struct Threads {
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(before); }
  int before = threads();
};

std::set<Range> parts(std::int64_t n, std::int64_t grain) {
  std::mutex mutex;
  std::set<Range> seen;
  parallel_for(n, grain, [&](std::int64_t begin, std::int64_t end) {
    const std::lock_guard lock(mutex);
    CHECK(seen.emplace(begin, end).second);
  });
  return seen;
}

#if defined(__linux__)
// Also run with OMP_PROC_BIND, under which OpenMP binds the first thread before main begins.
TEST_CASE("a worker may run on every processor") {
  const Threads two(2);
  const auto caller = std::this_thread::get_id();
  std::atomic<int> processors{0};
  for (int attempt = 0; attempt < 10'000 && processors == 0; ++attempt) {
    parallel_for(2, 1, [&](std::int64_t, std::int64_t) {
      cpu_set_t mask;
      if (std::this_thread::get_id() == caller)
        std::this_thread::yield();
      else if (sched_getaffinity(0, sizeof mask, &mask) == 0)
        processors = CPU_COUNT(&mask);
    });
  }
  CHECK(processors == detail::available_processors());
}
#endif

TEST_CASE("the parts cover the range once, for every number of threads, size and grain") {
  for (const int count : {1, 2, 3, 7}) {
    const Threads threads(count);
    for (const std::int64_t n : {1, 2, 3, 10, 1000, 1001}) {
      for (const std::int64_t grain : {0, 1, 3, 100, 5000}) {
        std::int64_t at = 0;
        const auto seen = parts(n, grain);
        for (const auto& [begin, end] : seen) {
          CHECK(begin == at);
          CHECK(begin < end);
          if (seen.size() > 1) CHECK(end - begin >= grain);
          at = end;
        }
        CHECK(at == n);
        CHECK(static_cast<int>(seen.size()) <= count);
      }
    }
  }
}

TEST_CASE("the parts are the same every time") {
  const Threads threads(4);
  CHECK(parts(1001, 10) == std::set<Range>{{0, 251}, {251, 501}, {501, 751}, {751, 1001}});
  CHECK(parts(1001, 10) == parts(1001, 10));
}

TEST_CASE("an empty range calls nothing") {
  CHECK(parts(0, 1).empty());
  CHECK(parts(-3, 1).empty());
}

TEST_CASE("ten thousand jobs in a row all do all their work") {
  const Threads threads(3);
  std::vector<int> done(64, 0);
  for (int job = 0; job < 10000; ++job) {
    parallel_for(64, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t k = begin; k < end; ++k) ++done[static_cast<std::size_t>(k)];
    });
  }
  CHECK(done == std::vector<int>(64, 10000));
}

TEST_CASE("a call from inside of a body runs the same parts") {
  const Threads threads(4);
  std::atomic<std::int64_t> sum{0};
  std::atomic<int> inner{0};
  parallel_for(4, 1, [&](std::int64_t, std::int64_t) {
    parallel_for(100, 1, [&](std::int64_t begin, std::int64_t end) {
      ++inner;
      for (std::int64_t k = begin; k < end; ++k) sum += k;
    });
  });
  CHECK(sum == 4 * 99 * 100 / 2);
  CHECK(inner == 4 * 4);
}

TEST_CASE("several user threads may compute at once") {
  const Threads threads(2);
  std::vector<std::thread> users;
  std::vector<std::int64_t> sums(4);
  for (std::int64_t& total : sums) {
    users.emplace_back([&total] {
      std::vector<std::int64_t> numbers(1000);
      for (int job = 0; job < 500; ++job) {
        parallel_for(1000, 1, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t k = begin; k < end; ++k) numbers[static_cast<std::size_t>(k)] += k;
        });
      }
      total = std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
    });
  }
  for (std::thread& user : users) user.join();
  CHECK(sums == std::vector<std::int64_t>(4, 500 * (999 * 1000 / 2)));
}

TEST_CASE("the first failing part's exception leaves, after all parts have ended") {
  const Threads threads(4);
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::atomic<int> ended{0};
    const auto fail_after_the_first = [&](std::int64_t begin, std::int64_t) {
      ++ended;
      if (begin > 0) throw std::runtime_error("part at " + std::to_string(begin));
    };
    CHECK_THROWS_WITH_AS(parallel_for(100, 1, fail_after_the_first), "part at 25",
                         std::runtime_error);
    CHECK(ended == 4);
  }
}

TEST_CASE("the number of threads is what was set") {
  const Threads before(3);
  CHECK(threads() == 3);
  set_threads(1);
  CHECK(threads() == 1);
}

TEST_CASE("a number of threads that cannot be is refused") {
  CHECK_THROWS_WITH_AS(set_threads(0), "set_threads: 0; it must be from 1 to 1024", ValueError);
  CHECK_THROWS_WITH_AS(set_threads(-2), "set_threads: -2; it must be from 1 to 1024", ValueError);
  CHECK_THROWS_WITH_AS(set_threads(2000), "set_threads: 2000; it must be from 1 to 1024",
                       ValueError);
  CHECK(threads() >= 1);
}

}  // namespace
}  // namespace chronograd
