#pragma once

#include <cstdint>

#include "chronograd/graph/operand.h"
#include "chronograd/ops/cross_entropy.h"

namespace chronograd {

struct CTCLossOptions {
  std::int64_t blank = 0;  ///< the class that stands for no label
  /// A sequence that has too few steps for its labels counts 0 instead of inf.
  bool zero_infinity = false;
  LossReduction reduction = LossReduction::mean;
};

/// Connectionist temporal classification (Graves et al. 2006): -log of the probability that a
/// sequence of class distributions spells the labels, in any alignment, when repeated classes count
/// once and blanks go. For labels without a known place in time: speech, handwriting.
///
/// logits: [time, batch, classes], f32 or f64, of which log_softmax is taken (of log probabilities
/// that changes nothing); labels: i32 or i64 [length, batch], no blanks among them, anything behind
/// the real ones; logit_lengths and label_lengths: i32 or i64 [batch], how many of each are real.
/// Gives [batch] losses, or reduced their mean or sum over the batch; PyTorch's mean divides each
/// by its number of labels first. No labels at all are spelled by blanks alone. Labels that need
/// more steps than there are (one each, and one between equal neighbours) have a loss of inf and,
/// unlike in PyTorch, a gradient of 0. Gradient: that of the ops it is made of, exact to any order.
///
/// Throws ShapeError and DTypeError where shapes and dtypes do not fit, IndexError for a label that
/// is no class and a length that is out of range, ValueError for a blank that is no class.
Tensor ctc_loss(Operand logits, Operand labels, Operand logit_lengths, Operand label_lengths,
                const CTCLossOptions& options = {});

}  // namespace chronograd
