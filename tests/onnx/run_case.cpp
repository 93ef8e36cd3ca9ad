#include "tests/onnx/run_case.h"

#include <fmt/format.h>

#include <cmath>
#include <exception>
#include <functional>
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

std::string difference(const std::vector<Tensor>& found, const std::vector<Tensor>& expected) {
  if (found.size() < expected.size()) {
    return fmt::format("{} results, not {}", found.size(), expected.size());
  }
  for (std::size_t k = 0; k < expected.size(); ++k) {
    if (!expected[k].has_value()) continue;
    const std::string what = difference(found[k], expected[k]);
    if (!what.empty()) return fmt::format("result {}: {}", k, what);
  }
  return "";
}

void refuse_unknown_attributes(const Case& test) {
  for (const auto& [name, attribute] : test.call.attributes) {
    if (!test.call.known.contains(name)) throw Unsupported(test.op + " with " + name);
  }
}

}  // namespace

Outcome run_case(std::string_view json) {
  try {
    const Case test = parse_case(json);
    const auto found = operators().find(test.op);
    if (found == operators().end()) throw Unsupported("no operator " + test.op);
    const Operator& op = found->second;
    const Results results = op(test.call);
    refuse_unknown_attributes(test);
    std::string wrong = difference(results.tensors, test.expected);
    if (wrong.empty()) {
      const Tape tape;
      wrong = difference(op(test.call).tensors, test.expected);
      if (!wrong.empty()) wrong = "on a tape, " + wrong;
    }
    if (wrong.empty()) return {};
    return {Outcome::Kind::failed, test.op + ": " + wrong};
  } catch (const Unsupported& missing) {
    return {Outcome::Kind::skipped, missing.what()};
  } catch (const std::exception& error) {
    return {Outcome::Kind::failed, error.what()};
  }
}

}  // namespace chronograd::onnx
