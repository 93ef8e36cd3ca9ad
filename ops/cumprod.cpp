#include "chronograd/ops/cumprod.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/axis.h"
#include "chronograd/ops/linear_recurrence.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"

namespace chronograd {
namespace {

// One recurrence, y[t] = x[t] y[t - 1], which begins with the first element.
Tensor running_product(const Tensor& x, int axis, bool reverse) {
  const std::int64_t n = x.shape()[axis];
  if (n == 0) return x;
  const std::int64_t first = reverse ? n - 1 : 0;
  const Tensor begin =
      pad(slice(x, axis, first, first + 1), axis, reverse ? n - 1 : 0, reverse ? 0 : n - 1);
  return linear_recurrence(x, begin, axis, reverse);
}

// x one step later, after a 1.
Tensor delayed(const Tensor& x, int axis, bool reverse) {
  const std::int64_t n = x.shape()[axis];
  if (n == 0) return x;
  return pad(slice(x, axis, reverse ? 1 : 0, reverse ? n : n - 1), axis, reverse ? 0 : 1,
             reverse ? 1 : 0, 1);
}

}  // namespace

Tensor cumprod(Operand x, int axis, CumprodOptions options) {
  axis = detail::checked_axis(x, axis, "cumprod");
  const CalledFrom caller{x.where, "cumprod"};
  const Tensor all = reshape(x, shape_of(x));
  return running_product(options.exclusive ? delayed(all, axis, options.reverse) : all, axis,
                         options.reverse);
}

}  // namespace chronograd
