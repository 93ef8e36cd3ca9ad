#include "tests/onnx/call.h"

#include "chronograd/ops/cast.h"

namespace chronograd::onnx {

DType dtype_of_onnx(std::int64_t number) {
  switch (number) {
    case 1:
      return DType::f32;
    case 6:
      return DType::i32;
    case 7:
      return DType::i64;
    case 9:
      return DType::boolean;
    case 11:
      return DType::f64;
    default:
      throw Unsupported("dtype number " + std::to_string(number));
  }
}

std::vector<std::int64_t> integers(const Tensor& tensor) {
  const Tensor wide = cast(tensor, DType::i64);
  const auto values = wide.values<std::int64_t>();
  return {values.begin(), values.end()};
}

std::vector<std::int64_t> integers(const Call& call, std::string_view attribute,
                                   std::size_t input) {
  if (call.has(attribute)) return call.attribute(attribute, std::vector<std::int64_t>{});
  return call.has(input) ? integers(call[input]) : std::vector<std::int64_t>{};
}

}  // namespace chronograd::onnx
