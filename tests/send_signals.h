#pragma once

#include <atomic>
#include <cstddef>
#include <thread>

namespace chronograd::test {

/// ThreadSanitizer hands signals on when it likes, not when they come.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool signals_come_at_once = false;
#elif defined(__has_feature)
inline constexpr bool signals_come_at_once = !__has_feature(thread_sanitizer);
#else
inline constexpr bool signals_come_at_once = true;
#endif

/// While one lives, each thread of the process gets a signal every 100 us or so. Its handler runs
/// on the interrupted stack, as those of most programs do, uses 4 KiB of it and looks where it
/// lies.
class SendSignals {
 public:
  SendSignals();
  ~SendSignals();
  SendSignals(const SendSignals&) = delete;
  SendSignals& operator=(const SendSignals&) = delete;

  /// How many signals were handled so far.
  std::size_t handled() const;
  /// And how many of those came while the stack pointer was outside of the thread's stack.
  std::size_t astray() const;

 private:
  std::atomic<bool> stopping_{false};
  std::thread sender_;
};

}  // namespace chronograd::test
