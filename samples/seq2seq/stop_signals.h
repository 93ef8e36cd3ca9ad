#pragma once

#include <array>
#include <csignal>

namespace seq2seq {

/// While one lives, the first Ctrl-C (SIGINT), SIGTERM or closed terminal (SIGHUP) is only noted,
/// so that the program can save its work. The second one ends the program at once, whatever it
/// does, and so does each before and afterwards. There is one at a time.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  /// The signal that was noted; 0 when there was none.
  static int seen();

  /// Lets each of the signals end the program, also where a shell has it ignored by what runs in
  /// the background. Under nohup a closed terminal still means nothing.
  static void end_program();

 private:
  static constexpr std::array signals = {SIGINT, SIGTERM, SIGHUP};
  static void note(int signal);
};

}  // namespace seq2seq
