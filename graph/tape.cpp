#include "chronograd/graph/tape.h"

#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape/tape_state.h"

namespace chronograd {

using Mode = detail::TapeState::Mode;

Tape::Tape(const char* file, unsigned line)
    : state_(std::make_unique<detail::TapeState>(Mode::differentiable, 0, SourceLine{file, line})) {
}

Tape::Tape(Random& random, const char* file, unsigned line)
    : state_(std::make_unique<detail::TapeState>(Mode::training, random.next_stream(),
                                                 SourceLine{file, line})) {}

Tape::Tape(ForwardOnly, const char* file, unsigned line)
    : state_(std::make_unique<detail::TapeState>(Mode::forward_only, 0, SourceLine{file, line})) {}

Tape::~Tape() = default;

void Tape::commit() { state_->commit(); }

bool Tape::commit_if(const std::function<bool()>& condition) {
  return state_->commit_if(condition);
}

RecordingView Tape::recording() const { return RecordingView{state_->recording}; }

bool training() {
  const detail::TapeState* tape = detail::current_tape();
  return tape != nullptr && tape->mode == Mode::training;
}

void commit() {
  if (detail::TapeState* tape = detail::current_tape()) tape->commit();
}

bool on_tape() { return detail::current_tape() != nullptr; }

void withdraw() noexcept {
  if (detail::TapeState* tape = detail::current_tape()) tape->withdraw();
}

bool commit_if(const std::function<bool()>& condition) {
  if (detail::TapeState* tape = detail::current_tape()) return tape->commit_if(condition);
  throw TapeError(
      "commit_if: no tape is open; it must be, before what is to be committed is assigned");
}

std::array<std::uint64_t, 2> draw_dice(const char* op, SourceLine where) {
  if (!training()) {
    throw TapeError(std::string(op) +
                    ": no training tape is open; random numbers come from `Tape tape{random}`" +
                    where_text(where));
  }
  detail::TapeState& tape = *detail::current_tape();
  return {tape.dice_key, tape.dice_thrown++};
}

}  // namespace chronograd
