#include "chronograd/ops/matmul.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/matrix.h"
#include "chronograd/ops/detail/product.h"
#include "chronograd/ops/detail/sum_to.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/transpose.h"

namespace chronograd {
namespace {

Shape leading(Shape shape) { return Shape(shape.sizes().first(shape.sizes().size() - 2)); }

// All rows of a tensor as those of one matrix.
Tensor as_matrix(const Tensor& x) {
  if (x.rank() == 2) return x;
  const std::int64_t columns = x.shape()[-1];
  return reshape(x, {x.shape().without(-1).size(), columns});
}

[[noreturn]] void fail(const Inference& inference, const std::string& wanted) {
  inference.fail(to_string(inference.shape(0)) + " x " + to_string(inference.shape(1)), wanted);
}

void check_dtypes(const Inference& inference) {
  const DType a = inference.dtype(0);
  const DType b = inference.dtype(1);
  if (a == b && is_floating(a)) return;
  inference.fail<DTypeError>(
      std::string(name(a)) + " x " + std::string(name(b)),
      a != b ? "the dtypes must be equal; cast one of them" : "they must be f32 or f64; cast them");
}

void infer(Inference& inference) {
  const Shape a = inference.shape(0);
  const Shape b = inference.shape(1);
  if (a.rank() < 2 || b.rank() < 2) {
    fail(inference,
         "both need at least 2 axes; reshape a vector to [1, n] for a row or [n, 1] for a column");
  }
  check_dtypes(inference);
  if (a[-1] != b[-2]) {
    fail(inference, "the inner dimensions " + std::to_string(a[-1]) + " and " +
                        std::to_string(b[-2]) + " must be equal");
  }
  Shape shape;
  try {
    shape = broadcast(leading(a), leading(b));
  } catch (const ShapeError&) {
    fail(inference, "the leading axes " + to_string(leading(a)) + " and " + to_string(leading(b)) +
                        " must be equal or 1 where they meet");
  }
  inference.output(shape.inserted(shape.rank(), a[-2]).inserted(shape.rank() + 1, b[-1]),
                   inference.dtype(0));
}

void kernel(const Run& run) { detail::product(run.inputs[0], run.inputs[1], run.outputs[0]); }

// A matrix that is multiplied with few rows at a time, as the weights of a recurrence, is read
// fastest row by row, and when its rows do not all lie in the same few sets of the cache. For a
// single row, which reads each element once, a copy never pays.
std::optional<Strides> prefers(const Run& run, int input) {
  const Array& a = run.inputs[0];
  const Array& b = run.inputs[1];
  const std::int64_t rows = a.shape[-2];
  constexpr std::int64_t few_rows = 256;
  if (input != 1 || b.shape.rank() != 2 || rows == 1 || rows > few_rows || b.dtype != DType::f32) {
    return std::nullopt;
  }
  const std::int64_t columns = b.shape[1];
  if (columns < 32 || (b.strides[1] == 1 && b.strides[0] % detail::same_sets != 0))
    return std::nullopt;
  const std::int64_t strides[] = {
      columns % detail::same_sets == 0 ? columns + detail::gap : columns, 1};
  return Strides{strides};
}

Tensor gradient_of_a(const Differential& d) {
  return detail::sum_to(matmul(d.dy(), transpose(d.input(1))), d.input_shape(0));
}

Tensor gradient_of_b(const Differential& d) {
  const Tensor a = d.input(0);
  const Shape shape = d.input_shape(1);
  if (leading(shape).size() == 1 && leading(a.shape()) == leading(d.output_shape())) {
    // One product over the rows of all batches, instead of one for each and their sum.
    const Tensor db = matmul(transpose(as_matrix(a)), as_matrix(d.dy()));
    return shape.rank() == 2 ? db : reshape(db, shape);
  }
  return detail::sum_to(matmul(transpose(a), d.dy()), shape);
}

Tensor gradient(const Differential& d, int k) {
  return k == 0 ? gradient_of_a(d) : gradient_of_b(d);
}

Cost cost(const Inference& inference) {
  const Shape a = inference.shape(0);
  const Shape b = inference.shape(1);
  const auto outputs =
      static_cast<double>(broadcast(leading(a), leading(b)).size() * a[-2] * b[-1]);
  const auto numbers = static_cast<double>(a.size()) + static_cast<double>(b.size()) + outputs;
  return {.flops = 2 * outputs * static_cast<double>(a[-1]),
          .bytes = numbers * static_cast<double>(size_of(inference.dtype(0)))};
}

// By one matrix: the rows of a. By a batch of matrices: the batches.
std::uint32_t stacks(const Inference& inference) {
  const Shape a = inference.shape(0);
  const Shape b = inference.shape(1);
  const int rank = std::max(a.rank(), b.rank());
  if (rank == 2) return 0b01;
  const std::int64_t batches = broadcast(leading(a), leading(b))[0];
  const auto has_batches = [&](Shape x) { return x.rank() == rank && x[0] == batches; };
  return (has_batches(a) ? 0b01u : 0u) | (has_batches(b) ? 0b10u : 0u);
}

std::vector<int> sums_over(const Inference& inference) {
  return {inference.shape(0).rank() - 1, inference.shape(1).rank() - 2};
}

constexpr std::array<Reads, 3> reads = {{{.inputs = 0b10}, {.inputs = 0b01}}};

const Op op{
    .name = "matmul",
    .infer = infer,
    .kernel = kernel,
    .prefers = prefers,
    .gradient = gradient,
    .gradient_reads = reads,
    .algebra = {.stacks = stacks, .sums_over = sums_over},
    .cost = cost,
};

}  // namespace

Tensor matmul(Operand a, Operand b) { return apply(op, std::move(a), std::move(b)); }

}  // namespace chronograd
