#include "chronograd/graph/kernels/threads.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/cores.h"
#include "chronograd/graph/kernels/flush_denormals.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace chronograd {
namespace detail {
namespace {

constexpr int max_threads = 1024;

void pause() {
#if defined(__SSE2__)
  _mm_pause();
#endif
}

// The jobs of one evaluation follow each other within microseconds, and to sleep and wake up takes
// tens of microseconds. A thread that waits therefore polls for a while. It soon yields, in case
// another thread needs the processor; with more threads than processors it sleeps at once.
constexpr std::chrono::microseconds alone{20};
constexpr std::chrono::microseconds awake{1000};

void wait_for_change(const std::atomic<std::uint32_t>& word, std::uint32_t old, bool spin) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  for (auto waited = Clock::duration::zero(); spin && waited < awake;
       waited = Clock::now() - begin) {
    for (int k = 0; k < 16; ++k) {
      if (word.load(std::memory_order_acquire) != old) return;
      pause();
    }
    if (waited > alone) std::this_thread::yield();
  }
  word.wait(old, std::memory_order_acquire);
}

class Job {
 public:
  Job(std::int64_t n, int parts, RangeBody body) : n_(n), parts_(parts), body_(body) {}

  void run(int part) noexcept {
    try {
      body_.call(body_.object, bound(part), bound(part + 1));
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (part < failed_part_) {
        failed_part_ = part;
        failure_ = std::current_exception();
      }
    }
  }

  void rethrow() {
    if (failure_ != nullptr) std::rethrow_exception(failure_);
  }

 private:
  std::int64_t bound(int part) const {
    return n_ / parts_ * part + std::min<std::int64_t>(part, n_ % parts_);
  }

  const std::int64_t n_;
  const int parts_;
  const RangeBody body_;
  std::mutex mutex_;
  int failed_part_ = max_threads;
  std::exception_ptr failure_;
};

// Runs one job at a time. Each thread that is free claims the next part of it, and so does the
// caller. The caller never waits for a thread that has claimed nothing, so a busy machine costs
// little and a job cannot hang.
class Pool {
 public:
  /// False when another job is running.
  bool run(Job& job, int parts);
  void stop() noexcept;

 private:
  /// A thread, and a count that changes when there is something to do for it.
  struct Worker {
    std::atomic<std::uint32_t> wake{0};
    std::thread thread;
  };

  void start_workers(int wanted);
  void wake_workers(int wanted);
  void work(Worker& self);
  bool run_next_part() noexcept;

  std::atomic_flag busy_;
  Job* job_ = nullptr;  // only a thread that has claimed a part may read it
  // Generation, number of parts and next part in one word: a claim is for the job that was seen.
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<std::uint32_t> unfinished_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> spin_{true};
  std::deque<Worker> workers_;
  int processors_ = 0;
};

bool Pool::run(Job& job, int parts) {
  if (busy_.test_and_set(std::memory_order_acquire)) return false;
  start_workers(parts - 1);
  job_ = &job;
  unfinished_.store(static_cast<std::uint32_t>(parts), std::memory_order_relaxed);
  const std::uint64_t generation = (ticket_.load(std::memory_order_relaxed) >> 32) + 1;
  ticket_.store(generation << 32 | static_cast<std::uint64_t>(parts) << 16,
                std::memory_order_release);
  wake_workers(parts - 1);
  while (run_next_part()) {
  }
  while (const std::uint32_t left = unfinished_.load(std::memory_order_acquire)) {
    wait_for_change(unfinished_, left, spin_.load(std::memory_order_relaxed));
  }
  busy_.clear(std::memory_order_release);
  return true;
}

bool Pool::run_next_part() noexcept {
  std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
  do {
    if ((ticket & 0xffff) == (ticket >> 16 & 0xffff)) return false;
  } while (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  job_->run(static_cast<int>(ticket & 0xffff));
  if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_all();
  return true;
}

void Pool::work(Worker& self) {
  run_on_all_processors();
  const FlushDenormals flush;
  for (;;) {
    const std::uint32_t seen = self.wake.load(std::memory_order_acquire);
    if (stopping_.load(std::memory_order_relaxed)) return;
    while (run_next_part()) {
    }
    wait_for_change(self.wake, seen, spin_.load(std::memory_order_relaxed));
  }
}

void Pool::start_workers(int wanted) {
  if (processors_ == 0) processors_ = available_processors();
  spin_.store(wanted < processors_, std::memory_order_relaxed);
  try {
    while (static_cast<int>(workers_.size()) < wanted) {
      Worker& worker = workers_.emplace_back();
      worker.thread = std::thread([this, &worker] { work(worker); });
    }
  } catch (const std::system_error&) {
    workers_.pop_back();  // the system gives no more threads: those that there are do the work
  }
}

// Wakes as many threads as there are parts; the others go on sleeping.
void Pool::wake_workers(int wanted) {
  for (Worker& worker : workers_) {
    if (wanted-- == 0) return;
    worker.wake.fetch_add(1, std::memory_order_release);
    worker.wake.notify_one();
  }
}

void Pool::stop() noexcept {
  stopping_.store(true, std::memory_order_relaxed);
  wake_workers(static_cast<int>(workers_.size()));
  for (Worker& worker : workers_) worker.thread.join();
}

// The pool is never destroyed, since static objects may compute while they are. Its threads end
// when the program does.
Pool& pool() {
  static Pool& immortal = *new Pool;
  static const struct Stop {
    ~Stop() { immortal.stop(); }
  } stop;
  return immortal;
}

std::atomic<int>& limit() {
  static std::atomic<int> count = [] {
    const char* text = std::getenv("CHRONOGRAD_THREADS");
    const int asked = text == nullptr ? 0 : std::atoi(text);
    return std::min(asked >= 1 ? asked : available_cores(), max_threads);
  }();
  return count;
}

}  // namespace

void run_parts(std::int64_t n, int parts, RangeBody body) {
  Job job(n, parts, body);
  if (!pool().run(job, parts)) {
    for (int part = 0; part < parts; ++part) job.run(part);
  }
  job.rethrow();
}

}  // namespace detail

int threads() { return detail::limit().load(std::memory_order_relaxed); }

void set_threads(int count) {
  if (count < 1 || count > detail::max_threads) {
    throw ValueError("set_threads: " + std::to_string(count) + "; it must be from 1 to " +
                     std::to_string(detail::max_threads));
  }
  detail::limit().store(count, std::memory_order_relaxed);
}

}  // namespace chronograd
