#include "chronograd/ops/detail/indices.h"

#include <algorithm>

namespace chronograd::detail {
namespace {

std::string position(Shape shape, std::int64_t at) {
  std::string text;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    text = std::to_string(at % shape[axis]) + (text.empty() ? "" : ", ") + text;
    at /= shape[axis];
  }
  return text.empty() ? "" : " at [" + text + "]";
}

}  // namespace

void check_index_dtype(const Inference& inference, int input) {
  if (is_integer(inference.dtype(input))) return;
  inference.fail<DTypeError>("indices of " + std::string(name(inference.dtype(input))),
                             "they must be i32 or i64");
}

std::string index_outside(const Array& indices, std::int64_t bound) {
  std::string text;
  const Array rows = dense(indices);
  with_indices(rows, [&](auto numbers) {
    const auto outside = [&](std::int64_t index) { return index < 0 || index >= bound; };
    const auto bad = std::find_if(numbers.begin(), numbers.end(), outside);
    if (bad == numbers.end()) return;
    text = "index " + std::to_string(*bad) + position(rows.shape, bad - numbers.begin());
  });
  return text;
}

}  // namespace chronograd::detail
