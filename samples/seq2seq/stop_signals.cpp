#include "stop_signals.h"

namespace seq2seq {
namespace {

volatile std::sig_atomic_t noted = 0;

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
  const bool second = noted != 0;  // on another thread, while the first one was noted
  noted = signal;
  end_program();  // by the system: at the next signal, also where this code could not run
  if (second) std::raise(signal);
}

}  // namespace seq2seq
