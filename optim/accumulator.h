#pragma once

#include "chronograd/graph/gradients.h"

namespace chronograd {

/// A sum of gradients over several batches, each on a tape of its own:
///
///     Accumulator sum;
///     for (const Batch& batch : batches) {
///       Tape tape{random};
///       sum.add(backward(model.loss(batch), parameters), batch.size());
///     }
///     adam.step(clip_norm(sum.mean(), 1.0));
///     sum.clear();
///
/// It holds numbers only, one for each number of a weight: nothing of the tapes.
class Accumulator {
 public:
  /// Adds the gradients times a weight. Computes them, and what else handles of the innermost tape
  /// wait for; they must be of that tape or computed. A parameter that is absent counts as 0.
  /// Throws ValueError unless 0 < weight < infinity; then, and when computing fails, nothing was
  /// added.
  void add(const Gradients& gradients, double weight = 1, const char* file = __builtin_FILE(),
           unsigned line = __builtin_LINE());

  bool empty() const { return weight_ == 0; }
  /// The sum of all weights.
  double weight() const { return weight_; }
  /// The weighted sum so far, of numbers without history.
  const Gradients& sum() const { return sum_; }
  /// The sum divided by the sum of all weights. Throws ValueError when nothing was added.
  Gradients mean(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// The sum so far; starts anew.
  Gradients take();
  void clear();

 private:
  Gradients sum_;
  double weight_ = 0;
};

}  // namespace chronograd
