#pragma once

#include "chronograd/graph/operand.h"

namespace chronograd {

/// What each real value counts in a mean over sequences.
enum class Per {
  token,     ///< all the same
  sequence,  ///< a sequence's values together as much as those of any other that has some
};

/// The mean of those values of [time, batch, ..] that are real, bool [time, batch]; a scalar. What
/// is not real adds exactly 0 and gets a gradient of 0, be it NaN. When nothing is real it is 0. So
/// any loss without reduction is masked:
///
///     masked_mean(cross_entropy(logits, ids, {.reduction = LossReduction::none}), real)
Tensor masked_mean(Operand values, Operand real, Per per = Per::token);

}  // namespace chronograd
