#pragma once

#include <cstdint>
#include <optional>

#include "chronograd/graph/operand.h"

namespace chronograd {

/// What becomes of the losses of single elements.
enum class LossReduction { mean, sum, none };

struct CrossEntropyOptions {
  /// [classes]: what each class counts; empty: 1. A weight of 0 is a mask, through which no
  /// gradient goes to it.
  Tensor weights{};
  std::optional<std::int64_t> ignore = {};  ///< labels that do not count, such as -100 for padding
  double smoothing = 0;  ///< this share of the target is spread evenly over all classes
  LossReduction reduction = LossReduction::mean;
};

/// How far the distribution that logits stand for is from the labels: -log softmax(logits)[label],
/// stable for logits of any size. Logits [.., classes], f32 or f64; labels i32 or i64 of the shape
/// before the classes. The mean is weighted by what each label's class counts; when none counts it
/// is 0. What counts nothing adds exactly 0 to the loss and gets a gradient of 0, be its logits
/// infinite or NaN. Smoothing as in Szegedy et al. 2016. Gradient: (softmax(logits) - target),
/// weighted.
///
/// Throws IndexError for a label that is no class and not ignored.
Tensor cross_entropy(Operand logits, Operand labels, const CrossEntropyOptions& options = {});

/// The loss of yes-or-no questions: -t log p - (1 - t) log(1 - p) where p = sigmoid(logits), stable
/// for logits of any size. Targets t in [0, 1] of the logits' shape and dtype. Gradient: p - t.
Tensor binary_cross_entropy(Operand logits, Operand targets,
                            LossReduction reduction = LossReduction::mean);

}  // namespace chronograd
