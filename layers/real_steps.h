#pragma once

#include <cstdint>

#include "chronograd/graph/source_line.h"
#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

/// Which steps are real: bool [time, batch, 1], or empty when neither lengths [batch] nor a mask
/// [time, batch] is given. Throws ShapeError for both and for other shapes, DTypeError for a mask
/// that is not bool, and what sequence_mask throws.
Tensor real_steps(const Tensor& lengths, const Tensor& mask, std::int64_t time, std::int64_t batch,
                  SourceLine asked);

/// Tells on stderr, once a process, when xs are an Embedding's vectors of sequences that end in
/// padding: for a run over them without lengths or mask.
void tell_of_read_padding(const Tensor& xs, SourceLine asked);

}  // namespace chronograd::detail
