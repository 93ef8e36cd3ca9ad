#include "chronograd/ops/full.h"

#include <numeric>
#include <type_traits>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/expand.h"

namespace chronograd {
namespace {

template <class T>
Tensor count_to(Shape shape) {
  std::vector<T> values(static_cast<std::size_t>(shape.size()));
  std::iota(values.begin(), values.end(), T{0});
  return Tensor::adopt(std::move(values), shape);
}

}  // namespace

Tensor full(Shape shape, double value, DType dtype, const char* file, unsigned line) {
  const Tensor number = Tensor::scalar(value, dtype);
  return expand({number, file, line}, shape);
}

Tensor zeros(Shape shape, DType dtype, const char* file, unsigned line) {
  return full(shape, 0, dtype, file, line);
}

Tensor ones(Shape shape, DType dtype, const char* file, unsigned line) {
  return full(shape, 1, dtype, file, line);
}

Tensor arange(std::int64_t count, DType dtype, const char* file, unsigned line) {
  const Shape shape({count}, file, line);
  return visit(dtype, [&]<class T>() -> Tensor {
    if constexpr (!std::is_same_v<T, bool>) return count_to<T>(shape);
    throw DTypeError("arange: a tensor of bool; it must be a number type" +
                     where_text({file, line}));
  });
}

}  // namespace chronograd
