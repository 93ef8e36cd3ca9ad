#include "chronograd/ops/take.h"

#include <utility>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/transpose.h"

namespace chronograd {

Tensor take(Operand x, Operand indices, int axis) {
  axis = detail::checked_axis(x, axis, "take");
  const CalledFrom caller{x.where, "take"};
  if (axis == 0) return gather(std::move(x), std::move(indices));
  std::vector<int> axis_first{axis};
  for (int k = 0; k < shape_of(x).rank(); ++k) {
    if (k != axis) axis_first.push_back(k);
  }
  const Tensor rows = gather(permute(x, axis_first), indices);
  const int indexed = shape_of(indices).rank();
  std::vector<int> back;  // the axes before the taken one come first again
  for (int k = 0; k < axis; ++k) back.push_back(indexed + k);
  for (int k = 0; k < indexed; ++k) back.push_back(k);
  for (int k = indexed + axis; k < rows.rank(); ++k) back.push_back(k);
  return permute(rows, back);
}

}  // namespace chronograd
