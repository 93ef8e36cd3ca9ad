#pragma once

#include <functional>
#include <span>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/graph/recording.h"

namespace chronograd::detail {

class TapeState;

/// Walks a tape backwards from `y`, whose gradient is `dy`, and returns the gradients of `xs`, in
/// order; an empty handle where y does not depend on x. Records, computes nothing.
std::vector<Tensor> reverse(TapeState& tape, OutputId y, const Tensor& dy,
                            std::span<const OutputId> xs);

/// The tape that `y` was recorded on. Throws TapeError naming `user` unless it is the innermost
/// open one and may be differentiated; `where` is the line that asked.
TapeState& tape_to_differentiate(const Tensor& y, const char* user, SourceLine where);

/// A test hook that stands in for every gradient rule while set on this thread. `rule(k)` is the
/// right gradient with respect to input k; an empty handle when there is no such input or it is
/// not floating.
using GradientHook =
    std::function<Tensor(const Op&, int input, const std::function<Tensor(int)>& rule)>;
inline thread_local const GradientHook* gradient_hook = nullptr;

}  // namespace chronograd::detail
