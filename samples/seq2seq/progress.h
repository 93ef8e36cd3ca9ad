#pragma once

#include <chrono>
#include <string>

namespace seq2seq {

/// A line on stderr that says how far a run is: redrawn in place on a terminal, else a new line
/// every half minute. When stderr takes nothing, nothing is told.
class Progress {
 public:
  /// `begun` of 1 were done before.
  explicit Progress(double begun);
  ~Progress();

  /// `done` of 1; `text` is what else to show.
  void show(double done, const std::string& text);
  /// Ends the line, so that other text can follow.
  void pause();

 private:
  using Clock = std::chrono::steady_clock;
  double begun_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_;
};

}  // namespace seq2seq
