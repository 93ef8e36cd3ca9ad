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

void kernel(const Run& run) {
  const Array labels = dense(run.inputs[1]);
  detail::check_picks(run, labels);
  detail::log_probability(run.inputs[0], labels, run.outputs[0], run.outputs[1], run.outputs[2]);
}

// Of the maximum and the logarithm only their sum counts, the logarithm of the sum of e^x.
Tensor gradient(const Differential& d, int) {
  const Tensor p = exp(d.input(0) - d.output(1) - d.output(2));
  if (!d.has_dy(0)) return p * d.dy(2);
  const Tensor dy = reshape(d.dy(0), d.output_shape(1));
  return detail::add_picked(p * (d.has_dy(2) ? d.dy(2) - dy : -dy), d.input(1), d.dy(0));
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

}  // namespace

Tensor log_probability(Operand logits, Operand labels) {
  const Operand operands[] = {logits, labels};
  return apply_all(op, operands).front();
}

}  // namespace chronograd
