#pragma once

#include <span>

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// Runs one op. Outputs come with shape and dtype; they leave with memory: their own, that of an
/// input seen otherwise, or that of the input numbered `take_over` (-1: of none).
void execute(const Op& op, Attributes attributes, const PlaceIds& place,
             std::span<const Array> inputs, std::span<Array> outputs, int take_over = -1);

/// While it lives, denormal numbers count as zero on this thread: they cost a hundred times more
/// than others and carry nothing a model needs.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned before_;
};

}  // namespace chronograd::detail
