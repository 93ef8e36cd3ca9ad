#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/dropout.h"
#include "chronograd/layers/recurrent_options.h"
#include "chronograd/layers/step_options.h"

namespace chronograd {

/// h: what the last layer puts out, [batch, hidden]; layers: each cell's own state.
template <class C>
struct StackState {
  Tensor h;
  std::vector<StateOf<C>> layers;
};

/// Cells on top of each other as one cell, for decoders and generation: what one step puts out may
/// decide what the next one reads. `Recurrent` runs the same over whole sequences, and its
/// `stack()` is one with its weights. `make(scope, input)` makes the cell of one layer:
///
///     const Stack<LSTMCell> decoder{
///         [](const Scope& s, std::int64_t n) { return LSTMCell{s, {.input = n, .hidden = 64}}; },
///         scope / "decoder", 32, {.layers = 2}};
///
/// Cells are at scope/"forwards_0", "forwards_1", .. A stack looks in no direction and sees one
/// step at a time: of the options it takes layers, dropout, between and zoneout; dropout inside the
/// recurrence belongs to sequences (given to `unroll` with a stack it finds nothing to act on, for
/// the layers read their own h and not the stack's). Throws ValueError for options out of range,
/// before it makes any.
template <class C>
class Stack {
  static_assert(detail::explain_cell<C>());

 public:
  using State = StackState<C>;

  template <class Factory>
  Stack(const Factory& make, const Scope& scope, std::int64_t input,
        const RecurrentOptions& options = {})
      : options_(options) {
    detail::check_recurrent_options(options);
    detail::check_stack_options(options);
    for (int layer = 0; layer < options.layers; ++layer) {
      const std::string number = std::to_string(layer);
      cells_.push_back(make(scope / ("forwards_" + number), input));
      const std::int64_t output = cells_.back().zero_state(1).h.shape()[-1];
      const Between between = layer == 0 ? Between::plain : options.between;
      bypasses_.emplace_back(between, scope / ("highway_" + number), input, output, options.where);
      input = output;
    }
  }

  /// For `Recurrent`.
  Stack(std::vector<C> cells, std::vector<detail::Bypass> bypasses, const RecurrentOptions& options)
      : options_(options), cells_(std::move(cells)), bypasses_(std::move(bypasses)) {}

  State zero_state(std::int64_t batch) const {
    State state;
    for (const C& cell : cells_) state.layers.push_back(cell.zero_state(batch));
    state.h = state.layers.back().h;
    return state;
  }

  /// x: [batch, input].
  State step(const Tensor& x, const State& state) const {
    State next{x, {}};
    for (std::size_t k = 0; k < cells_.size(); ++k) {
      const Tensor read = k == 0 ? x : dropout(next.h, options_.dropout);
      const StepOptions zoneout{.zoneout = options_.step.zoneout,
                                .zoneout_h = options_.step.zoneout_h};
      const detail::Stepper<C> take_step{cells_[k], zoneout, state.layers[k], 1};
      next.layers.push_back(take_step(0, read, state.layers[k]));
      next.h = bypasses_[k](next.h, next.layers[k].h);
    }
    return next;
  }

  const std::vector<C>& cells() const { return cells_; }

 private:
  RecurrentOptions options_;
  std::vector<C> cells_;
  std::vector<detail::Bypass> bypasses_;  ///< past each layer
};

}  // namespace chronograd
