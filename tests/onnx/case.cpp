#include "tests/onnx/case.h"

#include <map>
#include <nlohmann/json.hpp>

#include "chronograd/ops/cast.h"

namespace chronograd::onnx {

namespace {

using nlohmann::json;

template <Element T>
T number_in(const json& value) {
  // "NaN", "Infinity" and "-Infinity" are no numbers in JSON.
  if (value.is_string()) return static_cast<T>(std::stod(value.get<std::string>()));
  return value.get<T>();
}

template <Element T>
Tensor tensor_of(const json& data, Shape shape) {
  std::vector<T> values;
  for (const json& value : data) values.push_back(number_in<T>(value));
  return Tensor::adopt(std::move(values), shape);
}

Tensor tensor_in(const json& tensor) {
  const Shape shape(tensor.at("shape").get<std::vector<std::int64_t>>());
  const json& data = tensor.at("data");
  const std::string dtype = tensor.at("dtype");
  if (dtype == "float32") return tensor_of<float>(data, shape);
  if (dtype == "float64") return tensor_of<double>(data, shape);
  if (dtype == "int32") return tensor_of<std::int32_t>(data, shape);
  if (dtype == "int64") return tensor_of<std::int64_t>(data, shape);
  if (dtype == "bool") return cast(tensor_of<std::int32_t>(data, shape), DType::boolean);
  throw Unsupported("dtype " + dtype);
}

Attribute attribute_in(const json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) return tensor_in(value);
  return value.get<std::vector<std::int64_t>>();
}

std::map<std::string, Tensor> by_name(const json& list) {
  std::map<std::string, Tensor> tensors;
  for (const json& tensor : list)
    tensors.emplace(tensor.at("name").get<std::string>(), tensor_in(tensor));
  return tensors;
}

// In the order an operator names them; no tensor is called "".
std::vector<Tensor> in_order(const json& names, const std::map<std::string, Tensor>& tensors) {
  std::vector<Tensor> ordered;
  for (const std::string& name : names.get<std::vector<std::string>>()) {
    ordered.push_back(name.empty() ? Tensor{} : tensors.at(name));
  }
  return ordered;
}

}  // namespace

Case parse_case(std::string_view text) {
  const json content = json::parse(text);
  if (content.at("nodes").size() != 1) throw Unsupported("a graph of several operators");
  const json& node = content.at("nodes")[0];
  const json& data = content.at("cases").at(0);
  Case result{.op = node.at("op"), .call = {}, .expected = {}};
  std::map<std::string, Tensor> given = by_name(data.at("inputs"));
  given.merge(by_name(content.at("initializers")));
  result.call.inputs = in_order(node.at("inputs"), given);
  for (const auto& [name, value] : node.at("attributes").items()) {
    result.call.attributes[name] = attribute_in(value);
  }
  result.expected = in_order(node.at("outputs"), by_name(data.at("outputs")));
  result.call.outputs = result.expected.size();
  return result;
}

}  // namespace chronograd::onnx
