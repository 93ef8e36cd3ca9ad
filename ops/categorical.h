#pragma once

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// Draws one class for each row of logits [.., classes], with the probabilities softmax(logits /
/// temperature): i64 [..]. A class of -inf is never drawn. A temperature of 0 takes the most likely
/// class and draws nothing. The dice are those of the innermost training tape, as in
/// `random_uniform`; without it this throws TapeError. Throws ValueError for a temperature below 0.
/// No gradient flows through.
Tensor categorical(const Tensor& logits, double temperature = 1,
                   const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

}  // namespace chronograd
