#include "tests/send_signals.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

namespace chronograd::test {
namespace {

struct Stack {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;

  bool holds(std::uintptr_t place) const { return begin <= place && place < end; }
};

std::atomic<std::size_t> handled_count{0};
std::atomic<std::size_t> astray_count{0};
Stack of_the_first_thread;

bool on_the_first_thread() { return gettid() == getpid(); }

// glibc puts what its thread pointer points to at the end of the stack of each thread but the
// first.
Stack of_another_thread() {
  constexpr std::uintptr_t size = std::uintptr_t{8} << 20;
  const auto end = reinterpret_cast<std::uintptr_t>(__builtin_thread_pointer());
  return {end - size, end};
}

void look_at_the_stack(int) {
  ++handled_count;
  volatile char used[4096];
  const auto here = reinterpret_cast<std::uintptr_t>(&used[0]);
  const Stack stack = on_the_first_thread() ? of_the_first_thread : of_another_thread();
  if (stack.holds(here)) {
    for (volatile char& byte : used) byte = 1;
  } else {
    ++astray_count;
  }
}

Stack stack_of_this_thread() {
  pthread_attr_t attributes;
  void* begin = nullptr;
  std::size_t size = 0;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &begin, &size);
  pthread_attr_destroy(&attributes);
  const auto first = reinterpret_cast<std::uintptr_t>(begin);
  return {first, first + size};
}

void signal_all_threads_but(pid_t sender) {
  for (const auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
    const auto thread = static_cast<pid_t>(std::stol(task.path().filename()));
    if (thread != sender) syscall(SYS_tgkill, getpid(), thread, SIGALRM);
  }
}

}  // namespace

SendSignals::SendSignals() {
  handled_count = 0;
  astray_count = 0;
  if (!on_the_first_thread()) std::abort();  // where else would its stack be?
  of_the_first_thread = stack_of_this_thread();
  struct sigaction action {};
  action.sa_handler = look_at_the_stack;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  sender_ = std::thread([this] {
    const auto self = static_cast<pid_t>(syscall(SYS_gettid));
    while (!stopping_) {
      signal_all_threads_but(self);
      std::this_thread::sleep_for(std::chrono::microseconds{100});
    }
  });
}

SendSignals::~SendSignals() {
  stopping_ = true;
  sender_.join();
  signal(SIGALRM, SIG_IGN);
}

std::size_t SendSignals::handled() const { return handled_count; }
std::size_t SendSignals::astray() const { return astray_count; }

}  // namespace chronograd::test
