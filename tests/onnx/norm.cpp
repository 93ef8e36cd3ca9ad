#include <numeric>
#include <vector>

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/layer_norm.h"
#include "chronograd/layers/rms_norm.h"
#include "chronograd/ops.h"
#include "tests/onnx/indexing.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

std::vector<int> axes_from(int first, int rank) {
  std::vector<int> axes(static_cast<std::size_t>(rank - first));
  std::iota(axes.begin(), axes.end(), first);
  return axes;
}

Tensor scaled(const Tensor& x, const Tensor& mean, const Tensor& variance, double epsilon) {
  return (x - mean) * rsqrt(variance + epsilon);
}

// With a gain and a bias for each element of axis 1.
Tensor with_gain(const Tensor& x, const Tensor& gain, const Tensor& bias) {
  return x * along(gain, 1, x.rank()) + along(bias, 1, x.rank());
}

Results batch_norm(const Call& x) {
  const double epsilon = x.number("epsilon", 1e-5), momentum = x.number("momentum", 0.9);
  x.integer("is_test", 1);  // before version 7, whose cases are all of inference
  const int rank = x[0].rank();
  if (x.integer("training_mode", 0) == 0) {
    const Tensor y = scaled(x[0], along(x[3], 1, rank), along(x[4], 1, rank), epsilon);
    return with_gain(y, x[1], x[2]);
  }
  std::vector<int> axes = axes_from(1, rank);
  axes[0] = 0;
  const Tensor average = mean(x[0], axes, true), spread = variance(x[0], axes, true);
  const auto running = [&](const Tensor& before, const Tensor& now) {
    return momentum * before + (1 - momentum) * reshape(now, before.shape());
  };
  return std::vector{with_gain(scaled(x[0], average, spread, epsilon), x[1], x[2]),
                     running(x[3], average), running(x[4], spread)};
}

// [batch, groups, ..] normalised over all but the first two axes.
Tensor normalised_groups(const Tensor& x, double epsilon) {
  const std::vector<int> axes = axes_from(2, x.rank());
  return scaled(x, mean(x, axes, true), variance(x, axes, true), epsilon);
}

Tensor instance_norm(const Call& x) {
  return with_gain(normalised_groups(x[0], x.number("epsilon", 1e-5)), x[1], x[2]);
}

Tensor group_norm(const Call& x) {
  const std::int64_t batch = x[0].shape()[0], groups = x.integer("num_groups", 1);
  const Tensor grouped = reshape(x[0], {batch, groups, x[0].size() / (batch * groups)});
  const Tensor y = normalised_groups(grouped, x.number("epsilon", 1e-5));
  return with_gain(reshape(y, x[0].shape()), x[1], x[2]);
}

// The library's layer, whose parameters are the operator's inputs.
Results layer_norm(const Call& x) {
  const Shape shape = x[0].shape();
  const int first = shape.axis(x.axis(-1));
  const double epsilon = x.number("epsilon", 1e-5);
  Random random{1};
  const Parameters parameters{random};
  const auto sizes = shape.sizes().subspan(static_cast<std::size_t>(first));
  const LayerNorm norm{
      parameters / "n",
      {.epsilon = epsilon, .bias = x.has(2), .sizes = {sizes.begin(), sizes.end()}}};
  parameters.at("n/gain").set_value(x[1]);
  if (x.has(2)) parameters.at("n/bias").set_value(x[2]);
  const std::vector<int> axes = axes_from(first, shape.rank());
  return std::vector{norm(x[0]), mean(x[0], axes, true),
                     rsqrt(variance(x[0], axes, true) + epsilon)};
}

Tensor rms_norm(const Call& x) {
  const Shape shape = x[0].shape();
  Shape rows = shape;
  for (int axis = shape.rank() - shape.axis(x.axis(-1)); axis > 0; --axis) rows = rows.without(-1);
  rows = rows.inserted(rows.rank(), shape.size() / rows.size());
  Random random{1};
  const Parameters parameters{random};
  const RMSNorm norm{parameters / "n", {.size = rows[-1], .epsilon = x.number("epsilon", 1e-5)}};
  parameters.at("n/gain").set_value(reshape(x[1], {rows[-1]}).detach());
  return reshape(norm(reshape(x[0], rows)), shape);
}

// Of inference: nothing is dropped.
Results dropout(const Call& x) {
  x.number("ratio", 0.5);
  x.integer("seed", 0);
  if (x.has(2) && x[2].item() != 0) throw Unsupported("Dropout in training");
  return std::vector{x[0], ones(x[0].shape(), DType::boolean)};
}

}  // namespace

Operators norm_operators() {
  return {
      {"BatchNormalization", batch_norm}, {"Dropout", dropout},
      {"GroupNormalization", group_norm}, {"InstanceNormalization", instance_norm},
      {"LayerNormalization", layer_norm}, {"RMSNormalization", rms_norm},
  };
}

}  // namespace chronograd::onnx
