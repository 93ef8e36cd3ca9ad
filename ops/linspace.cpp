#include "chronograd/ops/linspace.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/cast.h"

namespace chronograd {

Tensor linspace(double start, double stop, std::int64_t count, DType dtype, const char* file,
                unsigned line) {
  if (!is_floating(dtype)) {
    throw DTypeError("linspace: numbers of " + std::string(name(dtype)) +
                     "; they must be f32 or f64" + where_text({file, line}));
  }
  const Shape shape({count}, file, line);  // throws when negative
  std::vector<double> numbers(static_cast<std::size_t>(count), start);
  for (std::int64_t k = 1; k < count; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(count - 1);
    numbers[static_cast<std::size_t>(k)] = start * (1 - share) + stop * share;
  }
  return cast(Tensor::adopt(std::move(numbers), shape), dtype);
}

Tensor arange(double start, double stop, double step, DType dtype, const char* file,
              unsigned line) {
  const double steps = (stop - start) / step;
  if (!std::isfinite(steps) || !std::isfinite(step)) {
    throw ValueError("arange: " + std::to_string(start) + " to " + std::to_string(stop) +
                     " in steps of " + std::to_string(step) +
                     "; all must be finite and the step not 0" + where_text({file, line}));
  }
  if (dtype == DType::boolean) {
    throw DTypeError("arange: a tensor of bool; it must be a number type" +
                     where_text({file, line}));
  }
  if (is_integer(dtype) && (start != std::trunc(start) || step != std::trunc(step))) {
    throw DTypeError("arange: " + std::to_string(start) + " and on in steps of " +
                     std::to_string(step) + " as " + std::string(name(dtype)) +
                     "; fractions need f32 or f64" + where_text({file, line}));
  }
  std::vector<double> numbers(static_cast<std::size_t>(std::max(0., std::ceil(steps))));
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    numbers[k] = start + static_cast<double>(k) * step;
  }
  const Shape shape{static_cast<std::int64_t>(numbers.size())};
  return cast(Tensor::adopt(std::move(numbers), shape), dtype);
}

}  // namespace chronograd
