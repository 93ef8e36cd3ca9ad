#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/layers/dropout.h"
#include "chronograd/layers/unroll.h"
#include "chronograd/ops/concat.h"

namespace chronograd {

/// How a recurrent layer runs its cell.
struct RecurrentOptions {
  int layers = 1;
  bool bidirectional = false;  ///< outputs of both directions are joined: [.., 2 hidden]
  double dropout = 0;          ///< on what goes from one layer to the next; at least 0, below 1
};

template <class State>
struct RecurrentOutput {
  Tensor outputs;           ///< [time, batch, hidden], or 2 hidden for both directions
  std::vector<State> last;  ///< by layer; with both directions forwards before backwards
};

/// Any cell over a sequence, stacked and in both directions. `make(scope, input)` makes the cell of
/// one layer and direction, whose x has `input` numbers:
///
///     const Recurrent<MyCell> mine{
///         [](const Scope& s, std::int64_t input) { return MyCell{s, input, 64}; },
///         scope / "mine", 28, {.bidirectional = true}};
///
/// Cells are at scope/"forwards_0", "backwards_0", "forwards_1", ... Throws ValueError for options
/// out of range, before it makes any.
template <class C>
class Recurrent {
  static_assert(detail::explain_cell<C>());

 public:
  using State = StateOf<C>;

  template <class Factory>
  Recurrent(const Factory& make, const Scope& scope, std::int64_t input,
            const RecurrentOptions& options = {})
      : options_(options) {
    if (options.layers < 1) {
      throw ValueError("Recurrent: layers = " + std::to_string(options.layers) +
                       "; at least 1 is needed");
    }
    if (!(options.dropout >= 0 && options.dropout < 1)) {
      throw ValueError("Recurrent: dropout = " + std::to_string(options.dropout) +
                       "; it must be at least 0 and below 1");
    }
    for (int layer = 0; layer < options.layers; ++layer) {
      const std::string number = std::to_string(layer);
      add_cell(make, scope / ("forwards_" + number), input);
      if (options.bidirectional) add_cell(make, scope / ("backwards_" + number), input);
      if constexpr (RecurrentCell<C>) {
        input = cells_.back().zero_state(1).h.shape()[-1] * directions();
      }
    }
  }

  /// xs: [time, batch, input]; lengths: i64 [batch], or empty when every step is real.
  RecurrentOutput<State> operator()(const Tensor& xs, const Tensor& lengths = {},
                                    const std::vector<State>& initial = {},
                                    const char* file = __builtin_FILE(),
                                    unsigned line = __builtin_LINE()) const {
    if constexpr (RecurrentCell<C>) {
      return run(xs, lengths, initial, {file, line});
    } else {
      return {};
    }
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

  RecurrentOutput<State> run(const Tensor& xs, const Tensor& lengths,
                             const std::vector<State>& initial, SourceLine asked) const {
    const CalledFrom caller{asked};
    if (cells_.empty()) {
      throw ValueError("Recurrent: a layer that was moved from; use the one it was moved to" +
                       where_text(asked));
    }
    if (!initial.empty() && initial.size() != cells_.size()) {
      throw ShapeError("Recurrent: " + std::to_string(initial.size()) + " initial states for " +
                       std::to_string(cells_.size()) + " cells; one is needed for each" +
                       where_text(asked));
    }
    RecurrentOutput<State> result{xs, {}};
    for (std::size_t cell = 0; cell < cells_.size();) {
      if (cell > 0) result.outputs = dropout(result.outputs, options_.dropout);
      std::vector<Tensor> directions;
      for (const bool backwards : {false, true}) {
        if (backwards && !options_.bidirectional) continue;
        UnrollOptions<State> how{.lengths = lengths, .backwards = backwards};
        if (!initial.empty()) how.initial = initial[cell];
        auto [outputs, last] = unroll(cells_[cell++], result.outputs, how, asked.file, asked.line);
        directions.push_back(std::move(outputs));
        result.last.push_back(std::move(last));
      }
      result.outputs = directions.size() == 1 ? directions[0] : concat(directions, -1);
    }
    return result;
  }

  int directions() const { return options_.bidirectional ? 2 : 1; }

  RecurrentOptions options_;
  std::vector<C> cells_;
};

}  // namespace chronograd
