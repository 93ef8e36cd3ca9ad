#include "tests/onnx/case.h"

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

Node node_in(const json& value) {
  Node node{.op = value.at("op"),
            .call = {},
            .inputs = value.at("inputs").get<std::vector<std::string>>(),
            .outputs = value.at("outputs").get<std::vector<std::string>>()};
  for (const auto& [name, attribute] : value.at("attributes").items()) {
    node.call.attributes[name] = attribute_in(attribute);
  }
  node.call.outputs = node.outputs.size();
  return node;
}

}  // namespace

Case parse_case(std::string_view text) {
  const json content = json::parse(text);
  const json& data = content.at("cases").at(0);
  Case result{
      .nodes = {}, .given = by_name(data.at("inputs")), .expected = by_name(data.at("outputs"))};
  result.given.merge(by_name(content.at("initializers")));
  for (const json& node : content.at("nodes")) result.nodes.push_back(node_in(node));
  return result;
}

}  // namespace chronograd::onnx
