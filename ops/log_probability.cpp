#include "chronograd/ops/log_probability.h"

#include <string>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/picks.h"
#include "chronograd/ops/detail/row_law.h"
#include "chronograd/ops/detail/softmax_rows.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

// Besides the result, two numbers of each row that the gradient needs: its maximum, and the
// logarithm of the sum of e^(x - maximum).
void infer(Inference& inference) {
  const DType dtype = inference.dtype(0);
  if (!is_floating(dtype)) {
    inference.fail<DTypeError>("logits of " + std::string(name(dtype)),
                               "they must be f32 or f64; cast them first");
  }
  detail::check_picks(inference);
  const Shape of_rows = inference.shape(0).with(-1, 1);
  inference.output(inference.shape(1), dtype);
  inference.output(of_rows, dtype);
  inference.output(of_rows, dtype);
}

void infer_masked(Inference& inference) {
  if (inference.dtype(2) != DType::boolean || inference.shape(2) != inference.shape(1)) {
    inference.fail("labels " + to_string(inference.shape(1)) + " with a mask of " +
                       std::string(name(inference.dtype(2))) + " " + to_string(inference.shape(2)),
                   "the mask must be bool and of the shape of the labels");
  }
  infer(inference);
}

void kernel(const Run& run) {
  const Array labels = dense(run.inputs[1]);
  detail::check_picks(run, labels);
  detail::log_probability(run.inputs[0], labels, run.outputs[0], run.outputs[1], run.outputs[2]);
}

void masked_kernel(const Run& run) {
  const Array labels = dense(run.inputs[1]);
  detail::check_picks(run, labels);
  detail::masked_log_probability(run.inputs[0], labels, dense(run.inputs[2]), run.outputs[0],
                                 run.outputs[1], run.outputs[2]);
}

// Of the maximum and the logarithm only their sum counts, the logarithm of the sum of e^x. Of rows
// without one, both are 0 and `x` and the gradients must be.
Tensor gradient_at(const Differential& d, const Tensor& x, const Tensor& dy, const Tensor& dy_sum) {
  const Tensor p = exp(x - d.output(1) - d.output(2));
  if (!dy.has_value()) return p * dy_sum;
  const Tensor column = reshape(dy, d.output_shape(1));
  return detail::add_picked(p * (dy_sum.has_value() ? dy_sum - column : -column), d.input(1), dy);
}

Tensor gradient(const Differential& d, int) {
  return gradient_at(d, d.input(0), d.has_dy(0) ? d.dy(0) : Tensor{},
                     d.has_dy(2) ? d.dy(2) : Tensor{});
}

Tensor masked_gradient(const Differential& d, int) {
  const Tensor mask = d.input(2);
  const Tensor column = reshape(mask, d.output_shape(1));
  return gradient_at(d, where(column, d.input(0), 0),
                     d.has_dy(0) ? where(mask, d.dy(0), 0) : Tensor{},
                     d.has_dy(2) ? where(column, d.dy(2), 0) : Tensor{});
}

const Op op{
    .name = "log_probability",
    .infer = infer,
    .kernel = kernel,
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b11, .outputs = 0b110}}},
    .algebra = {.stacks = detail::stacks_all},
    .cost = detail::softmax_cost,
};

const Op masked_op{
    .name = "log_probability",
    .infer = infer_masked,
    .kernel = masked_kernel,
    .gradient = masked_gradient,
    .gradient_reads = {{{.inputs = 0b111, .outputs = 0b110}}},
    .algebra = {.stacks = detail::stacks_all},
    .cost = detail::softmax_cost,
};

}  // namespace

Tensor log_probability(Operand logits, Operand labels) {
  const Operand operands[] = {logits, labels};
  return apply_all(op, operands).front();
}

Tensor log_probability(Operand logits, Operand labels, const Tensor& mask) {
  const Operand operands[] = {logits, labels, mask};
  return apply_all(masked_op, operands).front();
}

}  // namespace chronograd
