#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "chronograd/ops.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

// [batch, classes, ..] as [batch, .., classes], which is where our ops have them.
Tensor classes_last(const Tensor& x) {
  std::vector<int> axes(static_cast<std::size_t>(x.rank()));
  std::iota(axes.begin(), axes.end(), 0);
  axes.erase(axes.begin() + 1);
  axes.push_back(1);
  return permute(x, axes);
}

std::optional<std::int64_t> ignored(const Call& x) {
  if (!x.has("ignore_index")) return std::nullopt;
  return x.integer("ignore_index", 0);
}

Tensor negative_log_likelihood(const Call& x) {
  Tensor labels = x[1];
  Tensor kept = ones(labels.shape(), DType::boolean);
  if (const auto label = ignored(x)) {
    kept = not_equal(labels, static_cast<double>(*label));
    labels = where(kept, labels, 0);
  }
  Tensor weights = cast(kept, x[0].dtype());
  if (x.has(2)) weights = weights * gather(x[2], labels);
  const Tensor losses = -pick(classes_last(x[0]), labels) * weights;

  const std::string reduction = x.text("reduction", "mean");
  if (reduction == "none") return losses;
  return reduction == "sum" ? sum(losses) : sum(losses) / sum(weights);
}

Results softmax_cross_entropy(const Call& x) {
  const std::string reduction = x.text("reduction", "mean");
  CrossEntropyOptions options{.ignore = ignored(x),
                              .reduction = reduction == "none"  ? LossReduction::none
                                           : reduction == "sum" ? LossReduction::sum
                                                                : LossReduction::mean};
  if (x.has(2)) options.weights = x[2];
  return std::vector{cross_entropy(classes_last(x[0]), x[1], options), log_softmax(x[0], 1)};
}

}  // namespace

Operators loss_operators() {
  return {
      {"NegativeLogLikelihoodLoss", negative_log_likelihood},
      {"SoftmaxCrossEntropyLoss", softmax_cross_entropy},
  };
}

}  // namespace chronograd::onnx
