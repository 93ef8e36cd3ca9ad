#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// The share of rows of logits [.., classes] whose largest number is at the label, i32 or i64 [..];
/// a scalar of the logits' dtype. Of no rows it is 0. No gradient flows through.
Tensor accuracy(Operand logits, Operand labels);
/// The same of those rows that are real, bool of the labels' shape.
Tensor accuracy(Operand logits, Operand labels, Operand real);

}  // namespace chronograd
