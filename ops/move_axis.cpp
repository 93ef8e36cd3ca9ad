#include "chronograd/ops/move_axis.h"

#include <utility>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/transpose.h"

namespace chronograd {

Tensor move_axis(Operand x, int from, int to) {
  from = detail::checked_axis(x, from, "move_axis");
  to = detail::checked_axis(x, to, "move_axis");
  const CalledFrom caller{x.where, "move_axis"};
  std::vector<int> order;
  for (int axis = 0; axis < shape_of(x).rank(); ++axis) {
    if (axis != from) order.push_back(axis);
  }
  order.insert(order.begin() + to, from);
  return permute(std::move(x), order);
}

}  // namespace chronograd
