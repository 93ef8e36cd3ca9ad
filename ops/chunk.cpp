#include "chronograd/ops/chunk.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/split.h"

namespace chronograd {

std::vector<Tensor> chunk(Operand x, int parts, int axis) {
  const std::int64_t size = shape_of(x)[detail::checked_axis(x, axis, "chunk")];
  if (parts < 1) {
    throw ValueError("chunk: " + std::to_string(parts) + " parts; there must be at least 1" +
                     where_text(x.where));
  }
  const std::int64_t part = std::max<std::int64_t>(1, (size + parts - 1) / parts);
  std::vector<std::int64_t> sizes;
  for (std::int64_t at = 0; at < size; at += part) sizes.push_back(std::min(part, size - at));
  if (sizes.empty()) sizes.push_back(0);
  return split(std::move(x), sizes, axis);
}

}  // namespace chronograd
