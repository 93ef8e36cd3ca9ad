#include "chronograd/ops/ctc_loss.h"

#include <algorithm>
#include <limits>
#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/log_softmax.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/logsumexp.h"
#include "chronograd/ops/maximum.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/pick.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sequence_mask.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/take_along_axis.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// The logarithm of the probability of what cannot be. Not -inf, whose differences would be NaN.
constexpr double never = -1e30;

void check(const Operand& logits, const Operand& labels, const Operand& logit_lengths,
           const Operand& label_lengths, std::int64_t blank) {
  const Shape shape = shape_of(logits);
  const auto fail = [&](const std::string& came, const std::string& wanted) {
    throw ShapeError("ctc_loss: " + came + "; " + wanted + where_text(logits.where));
  };
  if (shape.rank() != 3) fail("logits " + to_string(shape), "they must be [time, batch, classes]");
  if (shape_of(labels).rank() != 2 || shape_of(labels)[1] != shape[1]) {
    fail("logits " + to_string(shape) + " and labels " + to_string(shape_of(labels)),
         "the labels must be [length, batch]");
  }
  for (const Operand& lengths : {logit_lengths, label_lengths}) {
    if (shape_of(lengths) == Shape{shape[1]}) continue;
    fail("lengths " + to_string(shape_of(lengths)) + " for logits " + to_string(shape),
         "there must be one for each of the batch, " + std::to_string(shape[1]));
  }
  if (!is_integer(dtype_of(labels))) {
    throw DTypeError("ctc_loss: labels of " + std::string(name(dtype_of(labels))) +
                     "; they must be i32 or i64" + where_text(logits.where));
  }
  if (blank < 0 || blank >= shape[2]) {
    throw ValueError("ctc_loss: blank = " + std::to_string(blank) + "; it must be one of the " +
                     std::to_string(shape[2]) + " classes" + where_text(logits.where));
  }
}

// What a path walks through, [batch, 2 length + 1]: the labels with blanks around each.
Tensor with_blanks(const Operand& labels, const Operand& lengths, std::int64_t blank) {
  const Shape shape = shape_of(labels);
  const Tensor no_label = full({}, static_cast<double>(blank), DType::i64);
  const Tensor real = where(sequence_mask(lengths, shape[0]), cast(labels, DType::i64), no_label);
  const Tensor pairs = stack({expand(no_label, {shape[1], shape[0]}), transpose(real)}, -1);
  return pad(reshape(pairs, {shape[1], 2 * shape[0]}), -1, 0, 1, static_cast<double>(blank));
}

// Each state's number moved `by` states on; the first states get `value`.
Tensor moved(const Tensor& states, std::int64_t by, double value) {
  const std::int64_t count = states.shape()[-1];
  const std::int64_t shift = std::min(by, count);
  return pad(slice(states, -1, 0, count - shift), -1, shift, 0, value);
}

Tensor log_add(const Tensor& a, const Tensor& b) { return logsumexp(stack({a, b}), 0); }

// The logarithm of the probability of all paths that end in each state, [batch, states].
Tensor forward(const Tensor& log_p, const Tensor& states, const Tensor& real, std::int64_t blank) {
  const Shape shape = states.shape();
  // A state may be reached from the label before last, but not one that would be the same again.
  const Tensor may_skip =
      logical_and(not_equal(states, moved(states, 2, static_cast<double>(blank))),
                  not_equal(states, static_cast<double>(blank)));
  // All paths begin where one may stay on the first blank or go on to the first label.
  const Tensor begin = full({shape[0], 1}, 0, log_p.dtype());
  Tensor alpha = pad(begin, -1, 0, shape[1] - 1, never);
  for (const int t : steps(log_p.shape()[0])) {
    const Tensor skipped = where(may_skip, moved(alpha, 2, never), never);
    const Tensor arrived = logsumexp(stack({alpha, moved(alpha, 1, never), skipped}), 0);
    const Tensor is_real = reshape(at(real, t), {shape[0], 1});
    alpha = where(is_real, arrived + at(log_p, t), alpha);
  }
  return alpha;
}

Tensor reduced(const Tensor& losses, LossReduction reduction) {
  if (reduction == LossReduction::none) return losses;
  return reduction == LossReduction::mean ? mean(losses) : sum(losses);
}

}  // namespace

Tensor ctc_loss(Operand logits, Operand labels, Operand logit_lengths, Operand label_lengths,
                const CTCLossOptions& options) {
  check(logits, labels, logit_lengths, label_lengths, options.blank);
  const CalledFrom caller{logits.where, "ctc_loss"};
  const Shape shape = shape_of(logits);
  const Tensor states = with_blanks(labels, label_lengths, options.blank);
  const Tensor of_state = take_along_axis(log_softmax(logits),
                                          expand(states, states.shape().inserted(0, shape[0])), -1);
  const Tensor alpha = forward(maximum(of_state, never), states,
                               sequence_mask(logit_lengths, shape[0]), options.blank);
  // A path ends with the last label or with the blank behind it.
  const Tensor last_blank = 2 * cast(label_lengths, DType::i64);
  const Tensor last_label = where(last_blank > 0, last_blank - 1, 0);
  const Tensor with_label = where(last_blank > 0, pick(alpha, last_label), never);
  const Tensor log_likelihood = log_add(pick(alpha, last_blank), with_label);
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor losses =
      where(log_likelihood < 0.1 * never, options.zero_infinity ? 0 : infinity, -log_likelihood);
  return reduced(losses, options.reduction);
}

}  // namespace chronograd
