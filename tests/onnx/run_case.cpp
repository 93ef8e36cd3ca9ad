#include "tests/onnx/run_case.h"

#include <fmt/format.h>

#include <cmath>
#include <exception>
#include <functional>
#include <map>
#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/ops/cast.h"
#include "tests/onnx/case.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

bool close(double found, double expected) {
  if (std::isnan(expected)) return std::isnan(found);
  if (std::isinf(expected)) return found == expected;
  return std::abs(found - expected) <= 1e-7 + 1e-3 * std::abs(expected);
}

template <Element T, class Equal>
std::string first_difference(const Tensor& found, const Tensor& expected, Equal same) {
  const Tensor f = cast(found, dtype_of<T>()), e = cast(expected, dtype_of<T>());
  const auto a = f.values<T>(), b = e.values<T>();
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (!same(a[k], b[k])) return fmt::format("element {} is {}, not {}", k, a[k], b[k]);
  }
  return "";
}

std::string difference(const Tensor& found, const Tensor& expected) {
  if (found.shape() != expected.shape()) {
    return "the shape is " + to_string(found.shape()) + ", not " + to_string(expected.shape());
  }
  if (found.dtype() != expected.dtype()) {
    return fmt::format("the dtype is {}, not {}", name(found.dtype()), name(expected.dtype()));
  }
  if (is_floating(found.dtype())) return first_difference<double>(found, expected, close);
  return first_difference<std::int64_t>(found, expected, std::equal_to<>());
}

void refuse_unknown_attributes(const std::string& op, const Call& call) {
  for (const auto& [name, attribute] : call.attributes) {
    if (!call.known.contains(name)) throw Unsupported(op + " with " + name);
  }
}

std::vector<Tensor> results_of(const Node& node, const std::map<std::string, Tensor>& tensors) {
  const auto found = operators().find(node.op);
  if (found == operators().end()) throw Unsupported("no operator " + node.op);
  Call call = node.call;
  for (const std::string& input : node.inputs) {
    call.inputs.push_back(input.empty() ? Tensor{} : tensors.at(input));
  }
  const Results results = found->second(call);
  refuse_unknown_attributes(node.op, call);
  return results.tensors;
}

// Runs the operators one after the other; says how the first wrong result differs.
std::string first_wrong(const Case& test) {
  std::map<std::string, Tensor> tensors = test.given;
  for (const Node& node : test.nodes) {
    const std::vector<Tensor> results = results_of(node, tensors);
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      const auto expected = test.expected.find(node.outputs[k]);
      if (k < results.size()) {
        tensors[node.outputs[k]] = results[k];
      } else if (expected != test.expected.end()) {
        return fmt::format("{}: {} results, not {}", node.op, results.size(), k + 1);
      }
      if (expected == test.expected.end()) continue;
      const std::string what = difference(results[k], expected->second);
      if (!what.empty()) return fmt::format("{}: result {}: {}", node.op, k, what);
    }
  }
  return "";
}

}  // namespace

Outcome run_case(std::string_view json) {
  try {
    const Case test = parse_case(json);
    std::string wrong = first_wrong(test);
    if (wrong.empty()) {
      const Tape tape;
      wrong = first_wrong(test);
      if (!wrong.empty()) wrong = "on a tape, " + wrong;
    }
    if (wrong.empty()) return {};
    return {Outcome::Kind::failed, wrong};
  } catch (const Unsupported& missing) {
    return {Outcome::Kind::skipped, missing.what()};
  } catch (const std::exception& error) {
    return {Outcome::Kind::failed, error.what()};
  }
}

}  // namespace chronograd::onnx
