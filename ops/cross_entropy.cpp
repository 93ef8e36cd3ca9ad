#include "chronograd/ops/cross_entropy.h"

#include <limits>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/log_probability.h"
#include "chronograd/ops/log_softmax.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/softplus.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

[[noreturn]] void fail(const Operand& at, const std::string& what) {
  throw ShapeError(what + where_text(at.where));
}

void check(const Operand& logits, const Operand& labels, const CrossEntropyOptions& options) {
  const Shape shape = shape_of(logits);
  if (shape.rank() == 0 || shape.without(-1) != shape_of(labels)) {
    fail(logits,
         "cross_entropy: logits " + to_string(shape) + " and labels " +
             to_string(shape_of(labels)) +
             "; the labels need the shape of the logits without the classes, the last axis");
  }
  if (options.weights.has_value() && options.weights.shape() != Shape{shape[-1]}) {
    fail(logits, "cross_entropy: weights " + to_string(options.weights.shape()) + " for logits " +
                     to_string(shape) + "; one weight for each class is needed");
  }
  if (!(options.smoothing >= 0 && options.smoothing <= 1)) {
    throw ValueError("cross_entropy: smoothing = " + std::to_string(options.smoothing) +
                     "; it must be from 0 to 1" + where_text(logits.where));
  }
}

// The logarithms of all classes' probabilities times the weights; 0 where either counts nothing.
Tensor weighted_log_p(const Operand& logits, const Tensor& real, const Tensor& weights) {
  const Tensor log_p = real.has_value()
                           ? log_softmax(logits, reshape(real, real.shape().inserted(-1, 1)))
                           : log_softmax(logits);
  return weights.has_value() ? where(equal(weights, 0), 0, log_p) * weights : log_p;
}

Tensor reduced(const Tensor& losses, LossReduction reduction) {
  switch (reduction) {
    case LossReduction::mean:
      return mean(losses);
    case LossReduction::sum:
      return sum(losses);
    case LossReduction::none:
      break;
  }
  return losses;
}

}  // namespace

Tensor cross_entropy(Operand logits, Operand labels, const CrossEntropyOptions& options) {
  check(logits, labels, options);
  const CalledFrom caller{logits.where, "cross_entropy"};
  const bool weighted = options.weights.has_value();
  const Tensor real = options.ignore ? not_equal(labels, *options.ignore) : Tensor{};
  const Tensor known = options.ignore ? where(real, labels, 0) : Tensor{};
  const Operand classes = options.ignore ? Operand{known} : labels;

  Tensor counts =
      weighted ? gather(options.weights, classes) : ones(shape_of(labels), dtype_of(logits));
  if (options.ignore) counts = where(real, counts, 0);
  // What counts nothing is masked: logits of -inf or NaN would come through a product with 0.
  const Tensor mask = weighted ? not_equal(counts, 0) : real;
  Tensor losses = -(mask.has_value() ? log_probability(logits, classes, mask)
                                     : log_probability(logits, classes));
  if (weighted) losses = losses * counts;
  if (options.smoothing > 0) {
    const Tensor spread = -mean(weighted_log_p(logits, real, options.weights), -1);
    losses = (1 - options.smoothing) * losses + options.smoothing * spread;
  }
  if (options.reduction != LossReduction::mean) return reduced(losses, options.reduction);
  const Tensor total = sum(counts);
  return sum(losses) / where(equal(total, 0), 1, total);
}

Tensor binary_cross_entropy(Operand logits, Operand targets, LossReduction reduction) {
  if (shape_of(logits) != shape_of(targets)) {
    fail(logits, "binary_cross_entropy: logits " + to_string(shape_of(logits)) + " and targets " +
                     to_string(shape_of(targets)) + "; the shapes must be equal");
  }
  const CalledFrom caller{logits.where, "binary_cross_entropy"};
  // An infinite logit whose target it meets costs nothing; the formula says inf - inf or 0 * inf.
  const Tensor met = logical_or(logical_and(equal(logits, -infinity), equal(targets, 0)),
                                logical_and(equal(logits, infinity), equal(targets, 1)));
  const Tensor x = where(met, 0, logits);
  return reduced(where(met, 0, softplus(x) - x * targets), reduction);
}

}  // namespace chronograd
