#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// How far the distribution that logits stand for is from targets p, the mean over rows of
/// sum p (log p - log softmax(logits)) along the last axis. Both of one shape, f32 or f64; rows of
/// p are at least 0 and sum to 1, and p = 0 adds 0. Gradient to the logits: (softmax - p) / rows.
Tensor kl_divergence(Operand logits, Operand targets);

}  // namespace chronograd
