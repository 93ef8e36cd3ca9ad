#include "chronograd/io/detail/conventions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/shape.h"
#include "chronograd/io/detail/rearrange.h"

namespace chronograd::detail {
namespace {

using Tensors = std::map<std::string, Tensor>;
using Names = std::map<std::string, std::string>;

std::string below(const std::string& scope, std::string_view name) {
  return scope.empty() ? std::string(name) : fmt::format("{}/{}", scope, name);
}

bool has(const Parameters& model, const std::string& scope, std::string_view name) {
  return model.contains(below(scope, name));
}

/// Whether the recurrent cell there has three gates, as only a GRU has in Keras and PyTorch.
bool is_gru(const Parameters& model, const std::string& cell) {
  if (!has(model, cell, "recurrent") || has(model, cell, "projection")) return false;
  const Shape shape = model.at(below(cell, "recurrent")).shape();
  return shape.rank() == 2 && shape[1] == 3 * shape[0];
}

/// The tensor under another name here, or under its own.
Places place_by(const Names& names, const ForeignTensor& tensor) {
  const auto& [scope, last] = tensor.place;
  const auto found = names.find(last);
  return {{{below(scope, found == names.end() ? last : found->second), tensor.value}}};
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A weight of one of PyTorch's recurrent cells: "weight_ih" of a cell, "weight_ih_l0" or
/// "weight_ih_l0_reverse" of a layer.
struct CellWeight {
  std::string cell;  ///< where it is in the model
  std::string role;
};

std::optional<CellWeight> pytorch_cell_weight(const Place& place) {
  constexpr std::string_view roles[] = {"weight_ih", "weight_hh", "weight_hr", "bias_ih",
                                        "bias_hh"};
  for (const std::string_view role : roles) {
    std::string_view rest = place.last;
    if (!rest.starts_with(role)) continue;
    rest.remove_prefix(role.size());
    if (rest.empty()) return CellWeight{place.scope, std::string(role)};
    if (!rest.starts_with("_l")) continue;
    rest.remove_prefix(2);
    constexpr std::string_view reverse = "_reverse";
    const bool backwards = rest.ends_with(reverse);
    if (backwards) rest.remove_suffix(reverse.size());
    if (!is_number(rest)) continue;
    const std::string layer = fmt::format("{}_{}", backwards ? "backwards" : "forwards", rest);
    return CellWeight{below(place.scope, layer), std::string(role)};
  }
  return std::nullopt;
}

/// PyTorch adds both biases of an LSTM or RNN, which are one here.
Places place_sum_of_biases(const CellWeight& weight, const ForeignTensor& tensor,
                           const Tensors& file) {
  const std::string& last = tensor.place.last;
  if (!tensor.name.ends_with(last)) return std::nullopt;
  const bool first = weight.role == "bias_ih";
  std::string other = tensor.name;
  other.replace(other.size() - last.size() + 5, 2, first ? "hh" : "ih");
  const auto found = file.find(other);
  if (found == file.end() || found->second.shape() != tensor.value.shape()) return std::nullopt;
  if (!first) return std::vector<Placed>{};
  return {{{below(weight.cell, "bias"), sum_of(tensor.value, found->second)}}};
}

Places place_pytorch_cell(const Parameters& model, const CellWeight& weight,
                          const ForeignTensor& tensor, const Tensors& file) {
  static const Names matrices{
      {"weight_ih", "kernel"}, {"weight_hh", "recurrent"}, {"weight_hr", "projection"}};
  const auto& [cell, role] = weight;
  if (const auto matrix = matrices.find(role); matrix != matrices.end()) {
    return {{{below(cell, matrix->second), reversed(tensor.value)}}};
  }
  const bool one_bias = has(model, cell, "bias") && !has(model, cell, "recurrent_bias");
  if (one_bias && !is_gru(model, cell)) return place_sum_of_biases(weight, tensor, file);
  return {{{below(cell, role == "bias_ih" ? "bias" : "recurrent_bias"), tensor.value}}};
}

/// A Linear's and a Conv1d's axes are the other way round, an Embedding's are not. An Embedding has
/// no bias, and beside none the shape tells which it is, unless it is square.
Places place_pytorch_weight(const Parameters& model, const ForeignTensor& tensor) {
  const std::string path = below(tensor.place.scope, "weight");
  const Shape shape = model.at(path).shape();
  const bool may_be_embedding =
      !has(model, tensor.place.scope, "bias") && shape.rank() == 2 && shape == tensor.value.shape();
  if (!may_be_embedding) return {{{path, reversed(tensor.value)}}};
  if (shape[0] != shape[1]) return {{{path, tensor.value}}};
  throw FileError(
      fmt::format("{0} is {1}, square and without a bias: an Embedding's is taken as it is, a "
                  "Linear's is transposed; rename all of {0} to {2} to have it taken as it is",
                  tensor.name, to_string(shape), path));
}

/// A tensor of PyTorch's MultiheadAttention, which has its columns for q, k and v in the same
/// order. Nothing when it is none of those.
std::optional<Placed> pytorch_attention_part(const Parameters& model, const ForeignTensor& tensor) {
  const auto& [scope, last] = tensor.place;
  const Place outer{scope};
  std::string part;
  if (last.starts_with("in_proj_")) {
    part = below(below(scope, "input"), last.substr(std::string_view("in_proj_").size()));
  } else if (outer.last == "out_proj") {
    part = below(below(outer.scope, "output"), last);
  }
  if (part.empty() || !model.contains(part)) return std::nullopt;
  return Placed{part, reversed(tensor.value)};
}

/// Where Keras's recurrent layer or cell is in the model. The file names the layer, or within a
/// Bidirectional "forward_" and "backward_" with its name, and then the cell:
/// "bidirectional/forward_lstm/lstm_cell". A rename may lead to a layer or to a cell.
std::string keras_cell(const Parameters& model, const std::string& scope) {
  if (has(model, scope, "recurrent")) return scope;
  std::string layer = scope;
  const Place inner{scope};
  for (const std::string_view name : {"lstm_cell", "gru_cell", "simple_rnn_cell"}) {
    const bool is_cell = inner.last.starts_with(name) &&
                         (inner.last.size() == name.size() || inner.last[name.size()] == '_');
    if (is_cell) layer = inner.scope;
  }
  if (has(model, layer, "recurrent")) return layer;
  for (const char* direction : {"forwards_0", "backwards_0"}) {
    if (has(model, below(layer, direction), "recurrent")) return below(layer, direction);
  }
  const Place outer{layer};
  if (outer.last.starts_with("forward_")) return below(outer.scope, "forwards_0");
  if (outer.last.starts_with("backward_")) return below(outer.scope, "backwards_0");
  return layer;
}

/// Keras has the update gate of a GRU before its reset gate, and both biases as rows of one tensor.
Places place_keras_cell(const Parameters& model, const std::string& cell,
                        const ForeignTensor& tensor) {
  const bool gru = is_gru(model, cell);
  const auto ordered = [&](const Tensor& value) {
    return gru ? first_two_of_three_exchanged(value) : value;
  };
  const std::string& last = tensor.place.last;
  const Shape shape = tensor.value.shape();
  if (last == "bias" && has(model, cell, "recurrent_bias") && shape.rank() == 2 && shape[0] == 2) {
    return {{{below(cell, "bias"), ordered(row(tensor.value, 0))},
             {below(cell, "recurrent_bias"), ordered(row(tensor.value, 1))}}};
  }
  return {{{below(cell, last == "recurrent_kernel" ? "recurrent" : last), ordered(tensor.value)}}};
}

}  // namespace

Place::Place(const std::string& path) : last(path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return;
  scope = path.substr(0, slash);
  last = path.substr(slash + 1);
}

Places place_pytorch(const Parameters& model, const ForeignTensor& tensor, const Tensors& file) {
  const auto& [scope, last] = tensor.place;
  if (const std::optional<CellWeight> weight = pytorch_cell_weight(tensor.place)) {
    return place_pytorch_cell(model, *weight, tensor, file);
  }
  if (const std::optional<Placed> part = pytorch_attention_part(model, tensor)) return {{*part}};
  if (last == "weight" && has(model, scope, "weight")) return place_pytorch_weight(model, tensor);
  // How many batches a BatchNorm has seen has no part in what it computes.
  if (last == "num_batches_tracked" && has(model, scope, "mean")) return std::vector<Placed>{};
  static const Names names{
      {"weight", "gain"}, {"running_mean", "mean"}, {"running_var", "variance"}};
  return place_by(names, tensor);
}

Places place_keras(const Parameters& model, const ForeignTensor& tensor) {
  const std::string cell = keras_cell(model, tensor.place.scope);
  if (has(model, cell, "recurrent")) return place_keras_cell(model, cell, tensor);
  static const Names names{{"kernel", "weight"},    {"embeddings", "weight"},
                           {"gamma", "gain"},       {"beta", "bias"},
                           {"moving_mean", "mean"}, {"moving_variance", "variance"}};
  return place_by(names, tensor);
}

}  // namespace chronograd::detail
