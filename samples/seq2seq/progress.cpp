#include "progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace seq2seq {
namespace {

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::max(seconds, 0.0) + 0.5);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

// fmt::print would throw where a closed terminal takes nothing.
void say(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

std::string bar(double done) {
  constexpr int width = 24;
  const int full = static_cast<int>(std::min(done, 1.0) * width + 0.5);
  std::string text;
  for (int k = 0; k < width; ++k) text += k < full ? "█" : "░";
  return text;
}

}  // namespace

Progress::Progress(double begun)
    : begun_(begun), terminal_(isatty(STDERR_FILENO) != 0), last_(start_ - std::chrono::hours(1)) {}

Progress::~Progress() { pause(); }

void Progress::show(double done, const std::string& text) {
  const Clock::time_point now = Clock::now();
  const auto pause_between = terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(30);
  if (now - last_ < pause_between) return;
  last_ = now;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double gone = done - begun_;
  const std::string left = gone > 0.001 ? clock_text(elapsed * (1 - done) / gone) : "-:--";
  if (terminal_) {
    say(fmt::format("\r\033[K{} {:3.0f} %  {}  {} left", bar(done), 100 * done, text, left));
    shown_ = true;
  } else {
    say(fmt::format("{:3.0f} %  {}  {} left\n", 100 * done, text, left));
  }
}

void Progress::pause() {
  if (shown_) say("\r\033[K");
  shown_ = false;
}

}  // namespace seq2seq
