#include "chronograd/ops/cross_entropy.h"

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
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/softplus.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

[[noreturn]] void fail(const Operand& at, const std::string& what) {
  throw ShapeError(what + " " + to_string(Place{.line = at.where}));
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
                     "; it must be from 0 to 1 " + to_string(Place{.line = logits.where}));
  }
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
  const CalledFrom caller{logits.where};
  const DType dtype = dtype_of(logits);
  const bool weighted = options.weights.has_value();
  const Tensor real = options.ignore ? not_equal(labels, *options.ignore) : Tensor{};
  const Tensor known = options.ignore ? where(real, labels, 0) : Tensor{};
  const Operand classes = options.ignore ? Operand{known} : labels;

  Tensor counts = weighted ? gather(options.weights, classes) : ones(shape_of(labels), dtype);
  if (options.ignore) counts = where(real, counts, 0);
  Tensor losses = -log_probability(logits, classes) * counts;
  if (options.smoothing > 0) {
    const Tensor log_p = log_softmax(logits);
    Tensor spread = -mean(weighted ? log_p * options.weights : log_p, -1);
    if (options.ignore) spread = where(real, spread, 0);
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
  const CalledFrom caller{logits.where};
  return reduced(softplus(logits) - logits * targets, reduction);
}

}  // namespace chronograd
