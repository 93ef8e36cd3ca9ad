#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "chronograd/graph/source_line.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/cell.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/where.h"

namespace chronograd {

/// What acts inside a recurrence, around any cell, while a training tape is open. Rates are at
/// least 0 and below 1; a rate of 0 changes nothing.
struct StepOptions {
  double input_dropout = 0;  ///< on x, one mask a sequence
  /// On what the cell's products read of h, one mask a sequence (Gal and Ghahramani 2016). The h
  /// that is carried, as by a GRU's update gate, is as it was.
  double recurrent_dropout = 0;
  bool per_step = false;  ///< both dropouts with another mask at every step
  /// How often a number of the state stays as it was before a step, in every floating member but
  /// `h` (Krueger et al. 2017). Outside training the mean of both takes its place.
  double zoneout = 0;
  double zoneout_h = 0;  ///< the same for `h`
};

/// A cell that can be told apart what its products read of h and what it carries on:
/// `step(x, state, h)`. A cell needs it when h itself goes into the next state, as in a GRU; of
/// others `state.h` is replaced.
template <class C>
concept ReadsApart = requires(const C& c, const Tensor& x, const StateOf<C>& s, const Tensor& h) {
  { c.step(x, s, h) } -> std::same_as<StateOf<C>>;
};

namespace detail {

/// Throws ValueError naming the option, unless all rates are in range.
void check_step_options(std::string_view layer, const StepOptions& options, SourceLine where);

/// What a dropout multiplies by at each step of a sequence; nothing outside training.
std::vector<Tensor> step_masks(double rate, bool per_step, std::int64_t time, Shape shape,
                               DType dtype);

/// For each step bool of a shape, true with probability `rate`.
std::vector<Tensor> step_choices(double rate, std::int64_t time, Shape shape);

/// xs [time, batch, input] with the options' input dropout.
Tensor drop_inputs(const Tensor& xs, const StepOptions& options);

template <class C>
StateOf<C> step_reading(const C& cell, const Tensor& x, const StateOf<C>& state, const Tensor& h) {
  if constexpr (ReadsApart<C>) {
    return cell.step(x, state, h);
  } else {
    StateOf<C> read = state;
    read.h = h;
    return cell.step(x, read);
  }
}

/// Takes a cell's steps with the options' dropout and zoneout. All that is random is drawn when it
/// is made, before the first step.
template <RecurrentCell C>
class Stepper {
 public:
  using State = StateOf<C>;

  /// state: any that the sequence may begin with, for the shapes of its members.
  Stepper(const C& cell, const StepOptions& options, const State& state, std::int64_t time)
      : cell_(cell), options_(options) {
    const Tensor& h = state.h;
    masks_ = step_masks(options.recurrent_dropout, options.per_step, time, h.shape(), h.dtype());
    if (!zones() || !training()) return;
    const auto draw = [&](const Tensor& member) {
      const double rate = rate_of(member, state);
      if (rate > 0) kept_.push_back(step_choices(rate, time, member.shape()));
      return member;
    };
    map_state(draw, state);
  }

  /// Step number t of the sequence.
  State operator()(std::size_t t, const Tensor& x, const State& state) const {
    State next =
        masks_.empty() ? cell_.step(x, state) : step_reading(cell_, x, state, state.h * masks_[t]);
    if (!zones()) return next;
    std::size_t member = 0;
    const auto zone = [&](const Tensor& fresh, const Tensor& old) {
      const double rate = rate_of(fresh, next);
      if (rate == 0) return fresh;
      if (kept_.empty()) return rate * old + (1 - rate) * fresh;
      return where(kept_[member++][t], old, fresh);
    };
    return map_state(zone, next, state);
  }

 private:
  bool zones() const { return options_.zoneout > 0 || options_.zoneout_h > 0; }

  double rate_of(const Tensor& member, const State& state) const {
    if (&member == &state.h) return options_.zoneout_h;
    return is_floating(member.dtype()) ? options_.zoneout : 0;
  }

  const C& cell_;
  StepOptions options_;
  std::vector<Tensor> masks_;              ///< by step; none without recurrent dropout
  std::vector<std::vector<Tensor>> kept_;  ///< by member and step, true where it stays as it was
};

}  // namespace detail
}  // namespace chronograd
