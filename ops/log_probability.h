#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// What softmax(logits) gives to each label, as its logarithm: `pick(log_softmax(logits), labels)`,
/// without the logarithms that nobody asks for. Logits [.., classes], f32 or f64, stable for any
/// size; labels i32 or i64 of the shape before the classes, which is that of the result. Throws
/// IndexError for a label that is no class: when recorded if the labels are known by then, else
/// when computed. Gradient: (one-hot label - softmax(logits)) dy.
Tensor log_probability(Operand logits, Operand labels);

/// The same in those rows where `mask`, of bool and the labels' shape, is true. The others are 0,
/// so that they add nothing to a loss, and so is their gradient, whatever the logits are there.
/// Their labels must be classes all the same.
Tensor log_probability(Operand logits, Operand labels, const Tensor& mask);

}  // namespace chronograd
