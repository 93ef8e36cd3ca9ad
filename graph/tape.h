#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>

#include "chronograd/graph/operand.h"
#include "chronograd/graph/random.h"
#include "chronograd/graph/recording.h"

namespace chronograd {

namespace detail {
class TapeState;
}

/// Records the ops of this thread from its construction to its end. Tapes nest; ops go to the
/// innermost. Without an open tape an op runs at once and leaves no trace.
///
///     Tape tape{random};             // training: dropout acts
///     Tape tape;                     // differentiable, dropout off
///     Tape tape{Tape::forward_only}; // inference in larger pieces, memory as for what is held
///
/// The end of a tape computes nothing: what was not asked for by then cannot be read any more.
class [[nodiscard]] Tape {
 public:
  struct ForwardOnly {};
  static constexpr ForwardOnly forward_only{};

  [[nodiscard]] explicit Tape(const char* file = __builtin_FILE(),
                              unsigned line = __builtin_LINE());
  /// Takes the next stream of `random` for its dice.
  [[nodiscard]] explicit Tape(Random& random, const char* file = __builtin_FILE(),
                              unsigned line = __builtin_LINE());
  [[nodiscard]] explicit Tape(ForwardOnly, const char* file = __builtin_FILE(),
                              unsigned line = __builtin_LINE());
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// Computes all that handles still wait for, and then lets every recorded `assign` take effect:
  /// all of them, or none when anything fails.
  void commit();

  /// Computes the same and then asks `condition`, which may look at numbers that are held but
  /// records nothing, before anything takes effect. When it says no, or throws, nothing does:
  /// whatever was assigned since the last commit is withdrawn, and read as it was before. Says
  /// whether the assignments took effect.
  bool commit_if(const std::function<bool()>& condition);

  /// What was recorded so far.
  RecordingView recording() const;

  /// For the library.
  const detail::TapeState& state() const { return *state_; }

 private:
  std::unique_ptr<detail::TapeState> state_;
};

/// Whether the innermost tape was opened with dice, so that dropout acts.
bool training();

/// Lets the innermost open tape commit; without one there is nothing to do. What an optimizer's
/// step ends with.
void commit();
/// The same if the condition holds; see Tape::commit_if. Throws TapeError without an open tape,
/// since what is assigned then takes effect at once.
bool commit_if(const std::function<bool()>& condition);

/// Whether a tape is open on this thread.
bool on_tape();

/// Takes back all that was assigned on the innermost open tape since it committed last, as a step
/// that fails half way must. Without a tape there is nothing to do.
void withdraw() noexcept;

/// A key for random numbers that belongs to the next draw on the innermost training tape. Throws
/// TapeError without one.
std::array<std::uint64_t, 2> draw_dice(const char* op, SourceLine where = {});

}  // namespace chronograd
