#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/layers/alike.h"
#include "chronograd/layers/cell.h"
#include "chronograd/layers/real_steps.h"
#include "chronograd/layers/step_options.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/unstack.h"
#include "chronograd/ops/where.h"

namespace chronograd {

template <class State>
struct UnrollOptions {
  /// i32 or i64 [batch], from 0 to time: how many steps of each sequence are real. Later steps
  /// change nothing: the state stays, the output is zero, no gradient flows. Empty: all are real.
  Tensor lengths{};
  /// bool [time, batch], which steps are real, in any pattern: padding in front, gaps. Instead of
  /// lengths; the other steps change as little.
  Tensor mask{};
  /// zero_state when not given. One for each sequence of the batch: nothing is repeated.
  std::optional<State> initial{};
  bool backwards = false;  ///< from the last real step to the first
  StepOptions step{};      ///< dropout and zoneout in the recurrence
};

template <class State>
struct Unrolled {
  Tensor outputs;  ///< [time, batch, hidden], in the order of time
  State last;      ///< after the last step taken
};

namespace detail {

/// A state to begin with: the one given, which must be of the shapes and dtypes of the cell's own.
template <RecurrentCell C>
StateOf<C> initial_state(const C& cell, const std::optional<StateOf<C>>& given, std::int64_t batch,
                         const std::string& layer, SourceLine asked) {
  StateOf<C> zero = cell.zero_state(batch);
  if (!given) return zero;
  const auto text = [&](const MemberPath& path, const std::string& came,
                        const std::string& wanted) {
    return "unroll: an initial state" + (layer.empty() ? "" : " of " + layer) + " whose " +
           to_string(path) + " is " + came + " for a batch of " + std::to_string(batch) +
           "; it must be " + wanted + ", as zero_state makes it" + where_text(asked);
  };
  check_alike(*given, zero, text);
  return *given;
}

/// layer: the name of the cell in messages, if it has one.
template <RecurrentCell C>
Unrolled<StateOf<C>> unroll_cell(const C& cell, const Tensor& xs,
                                 const UnrollOptions<StateOf<C>>& options, const std::string& layer,
                                 SourceLine asked) {
  if (xs.rank(asked.file, asked.line) != 3) {
    throw ShapeError("unroll: a sequence " + to_string(xs.shape()) +
                     "; it must be [time, batch, input]" + where_text(asked));
  }
  check_step_options("unroll", options.step, asked);
  const std::int64_t time = xs.shape()[0];
  const std::int64_t batch = xs.shape()[1];
  const Tensor mask = real_steps(options.lengths, options.mask, time, batch, asked);
  const bool masked = mask.has_value();
  if (!masked) tell_of_read_padding(xs, asked);
  auto state = initial_state(cell, options.initial, batch, layer, asked);
  if (time == 0) return {zeros(state.h.shape().inserted(0, 0), state.h.dtype()), state};
  // A padded NaN would come back through the gradients of the cell's weights, as 0 * NaN.
  const Tensor clean = masked ? where(mask, xs, 0) : xs;
  const std::vector<Tensor> x = unstack(drop_inputs(clean, options.step));
  const std::vector<Tensor> real = masked ? unstack(mask) : std::vector<Tensor>{};
  const Stepper<C> take_step{cell, options.step, state, time};
  std::vector<Tensor> outputs(x.size());
  for (const int step : options.backwards ? steps_backwards(time) : steps(time)) {
    const auto t = static_cast<std::size_t>(step);
    auto next = take_step(t, x[t], state);
    check_alike(state, next,
                [&](const MemberPath& path, const std::string& before, const std::string& after) {
                  return "unroll: a state whose " + to_string(path) + " is " + before +
                         " and that step " + std::to_string(step) + " makes " + after +
                         "; a state keeps its shape and dtype from step to step" +
                         where_text(asked);
                });
    if (masked) {
      outputs[t] = where(real[t], next.h, 0);
      state = map_state([&](const Tensor& a, const Tensor& b) { return where(real[t], a, b); },
                        next, state);
    } else {
      outputs[t] = next.h;
      state = std::move(next);
    }
  }
  return {stack(outputs, 0), std::move(state)};
}

}  // namespace detail

/// Runs a cell over a sequence xs [time, batch, input], or backwards over it. Throws ShapeError or
/// DTypeError when a step gives the state another shape or dtype, and IndexError for a length that
/// is negative or above time, when its number is known.
template <class C, bool = detail::explain_cell<C>()>
Unrolled<StateOf<C>> unroll(const C& cell, const Tensor& xs,
                            const UnrollOptions<StateOf<C>>& options = {},
                            const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
  if constexpr (RecurrentCell<C>) {
    const CalledFrom caller{{file, line}};
    return detail::unroll_cell(cell, xs, options, "", {file, line});
  } else {
    return {};
  }
}

}  // namespace chronograd
