#include "chronograd/ops.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

Tensor general_product(const Call& x) {
  const Tensor a = x.integer("transA", 0) != 0 ? transpose(x[0]) : x[0];
  const Tensor b = x.integer("transB", 0) != 0 ? transpose(x[1]) : x[1];
  x.integer("broadcast", 0);  // since version 7 always
  const Tensor y = x.number("alpha", 1) * matmul(a, b);
  return x.has(2) ? y + x.number("beta", 1) * x[2] : y;
}

// As NumPy's: an operand with one axis is a row on the left and a column on the right.
Tensor product(const Call& x) {
  const Tensor& a = x[0];
  const Tensor& b = x[1];
  Tensor y = matmul(a.rank() > 1 ? a : reshape(a, {1, a.size()}),
                    b.rank() > 1 ? b : reshape(b, {b.size(), 1}));
  if (a.rank() == 1) y = reshape(y, y.shape().without(-2));
  if (b.rank() == 1) y = reshape(y, y.shape().without(-1));
  return y;
}

}  // namespace

Operators linear_operators() {
  return {
      {"Einsum", [](const Call& x) { return einsum(x.text("equation", ""), x.inputs); }},
      {"Gemm", general_product},
      {"MatMul", product},
  };
}

}  // namespace chronograd::onnx
