#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/layers/dropout.h"
#include "chronograd/layers/recurrent_options.h"
#include "chronograd/layers/stack.h"
#include "chronograd/layers/unroll.h"

namespace chronograd {

template <class State>
struct RecurrentOutput {
  Tensor outputs;  ///< [time, batch, hidden], or 2 hidden for both directions side by side
  /// By layer, after the last step taken; with both directions forwards before backwards.
  std::vector<State> last;
};

/// Any cell over a sequence, stacked and in both directions. `make(scope, input)` makes the cell of
/// one layer and direction, whose x has `input` numbers:
///
///     const Recurrent<MyCell> mine{
///         [](const Scope& s, std::int64_t input) { return MyCell{s, input, 64}; },
///         scope / "mine", 28, {.bidirectional = true}};
///
/// Cells are at scope/"forwards_0", "backwards_0", "forwards_1", .., the gate of a highway past
/// layer 1 at scope/"highway_1". Throws ValueError for options out of range, before it makes any;
/// that the cells of a function of one's own do not fit each other shows when they are there.
template <class C>
class Recurrent {
  static_assert(detail::explain_cell<C>());

 public:
  using State = StateOf<C>;

  template <class Factory>
  Recurrent(const Factory& make, const Scope& scope, std::int64_t input,
            const RecurrentOptions& options = {})
      : options_(options) {
    detail::check_recurrent_options(options);
    for (int layer = 0; layer < options.layers; ++layer) {
      const std::string number = std::to_string(layer);
      const std::size_t first = cells_.size();
      if (!options.backwards) add_cell(make, scope / ("forwards_" + number), input);
      if (options.bidirectional || options.backwards) {
        add_cell(make, scope / ("backwards_" + number), input);
      }
      if constexpr (RecurrentCell<C>) {
        const auto size = [&](std::size_t k) { return cells_[k].zero_state(1).h.shape()[-1]; };
        const std::int64_t output = options.bidirectional
                                        ? detail::merged_size(options, size(first), size(first + 1))
                                        : size(first);
        const Between between = layer == 0 ? Between::plain : options.between;
        bypasses_.emplace_back(between, scope / ("highway_" + number), input, output,
                               options.where);
        input = output;
      }
    }
  }

  /// xs: [time, batch, input]. real: lengths, i32 or i64 [batch], or a mask,
  /// bool [time, batch], or empty when every step is real. initial: a state for
  /// each cell, in the order of `last`.
  RecurrentOutput<State> operator()(const Tensor& xs, const Tensor& real = {},
                                    const std::vector<State>& initial = {},
                                    const char* file = __builtin_FILE(),
                                    unsigned line = __builtin_LINE()) const {
    RecurrentOutput<State> result;
    for (auto& [outputs, last] : by_layer(xs, real, initial, file, line)) {
      result.outputs = std::move(outputs);
      for (State& state : last) result.last.push_back(std::move(state));
    }
    return result;
  }

  /// The same with each layer's outputs, and its own states beside them.
  std::vector<RecurrentOutput<State>> by_layer(const Tensor& xs, const Tensor& real = {},
                                               const std::vector<State>& initial = {},
                                               const char* file = __builtin_FILE(),
                                               unsigned line = __builtin_LINE()) const {
    if constexpr (RecurrentCell<C>) {
      return run(xs, real, initial, {file, line});
    } else {
      return {};
    }
  }

  /// The layer as a cell that takes one step at a time, with the same weights
  /// and numbers: train with one, generate with the other. Throws ValueError
  /// for both directions, one of which would have to know what is yet to come.
  Stack<C> stack(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const {
    if (options_.bidirectional) {
      throw ValueError(
          "Recurrent: a stack of bidirectional layers; what runs backwards cannot be taken a step "
          "at a time" +
          where_text({file, line}));
    }
    return {cells_, bypasses_, options_};
  }

  const std::vector<C>& cells() const { return cells_; }

 private:
  template <class Factory>
  void add_cell(const Factory& make, const Scope& scope, std::int64_t input) {
    constexpr bool makes_cell =
        std::is_invocable_r_v<C, const Factory&, const Scope&, std::int64_t>;
    static_assert(makes_cell,
                  "Recurrent needs a function that makes a cell: "
                  "`[](const Scope& scope, std::int64_t input) { return Cell{..}; }`");
    if constexpr (makes_cell) cells_.push_back(make(scope, input));
  }

  std::vector<RecurrentOutput<State>> run(const Tensor& xs, const Tensor& real,
                                          const std::vector<State>& initial,
                                          SourceLine asked) const {
    const CalledFrom caller{asked};
    check(initial, asked);
    std::vector<RecurrentOutput<State>> layers;
    Tensor x = xs;
    for (std::size_t layer = 0; layer < bypasses_.size(); ++layer) {
      const Tensor read = layer == 0 ? x : dropout(x, options_.dropout);
      RecurrentOutput<State> result;
      std::vector<Tensor> each;
      for (std::size_t k = layer * directions(); k < (layer + 1) * directions(); ++k) {
        const bool backwards = options_.backwards || k % directions() == 1;
        UnrollOptions<State> how{.backwards = backwards, .step = options_.step};
        const bool is_mask = real.has_value() && real.dtype() == DType::boolean;
        (is_mask ? how.mask : how.lengths) = real;
        if (!initial.empty()) how.initial = initial[k];
        auto [outputs, last] = detail::unroll_cell(cells_[k], read, how, name(k), asked);
        each.push_back(std::move(outputs));
        result.last.push_back(std::move(last));
      }
      const Tensor y =
          each.size() == 1 ? each[0] : detail::merged(options_.merge, each[0], each[1]);
      x = result.outputs = bypasses_[layer](x, y);
      layers.push_back(std::move(result));
    }
    return layers;
  }

  void check(const std::vector<State>& initial, SourceLine asked) const {
    if (cells_.empty()) {
      throw ValueError("Recurrent: a layer that was moved from; use the one it was moved to" +
                       where_text(asked));
    }
    if (!initial.empty() && initial.size() != cells_.size()) {
      throw ShapeError("Recurrent: " + std::to_string(initial.size()) + " initial states for " +
                       std::to_string(cells_.size()) + " cells; one is needed for each" +
                       where_text(asked));
    }
  }

  std::size_t directions() const { return options_.bidirectional ? 2 : 1; }

  /// The end of a cell's scope, for messages.
  std::string name(std::size_t cell) const {
    const bool backwards = options_.backwards || cell % directions() == 1;
    return (backwards ? "backwards_" : "forwards_") + std::to_string(cell / directions());
  }

  RecurrentOptions options_;
  std::vector<C> cells_;
  std::vector<detail::Bypass> bypasses_;  ///< past each layer
};

}  // namespace chronograd
