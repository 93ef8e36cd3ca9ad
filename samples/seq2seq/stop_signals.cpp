#include "stop_signals.h"

#include <atomic>

namespace seq2seq {
namespace {

// The handler may run on any thread.
std::atomic<int> noted{0};
static_assert(std::atomic<int>::is_always_lock_free);

bool is_ignored(int signal) {
  struct sigaction now {};
  sigaction(signal, nullptr, &now);
  return now.sa_handler == SIG_IGN;
}

}  // namespace

StopSignals::StopSignals() {
  noted = 0;
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);  // of two that arrive together the second one waits for the first
  for (const int signal : signals) {
    if (!is_ignored(signal)) sigaction(signal, &action, nullptr);
  }
}

StopSignals::~StopSignals() { end_program(); }

void StopSignals::end_program() {
  for (const int signal : signals) {
    if (signal != SIGHUP || !is_ignored(signal)) std::signal(signal, SIG_DFL);
  }
}

int StopSignals::seen() { return noted; }

void StopSignals::note(int signal) {
  const bool second = noted.exchange(signal) != 0;
  // The next signal ends the program without this code, which a stuck program might not reach.
  end_program();
  if (second) std::raise(signal);
}

}  // namespace seq2seq
