#pragma once

#include <cstdint>

#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

/// Whoever embeds sequences that end in padding and unrolls them without lengths or mask trains a
/// last state that has read padding, and no number is obviously wrong. So an Embedding marks what
/// it makes of such ids, dropout hands the mark on, and `unroll` tells it (real_steps.h).
///
/// The marks are of the thread's last tape and hold no tensor. Nothing is marked without a tape, or
/// when the numbers of the ids are not there yet.
void mark_if_padded(const Tensor& embedded, const Tensor& ids, std::int64_t padding);
void hand_mark_on(const Tensor& from, const Tensor& to);
bool is_marked(const Tensor& x);

}  // namespace chronograd::detail
