#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chronograd/graph/tensor.h"

namespace chronograd::onnx {

/// Why a case cannot be run: what() names what is not there, as "dtype float16".
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Attribute =
    std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, Tensor>;

/// What an ONNX operator is given.
struct Call {
  std::vector<Tensor> inputs{};  ///< in the operator's order; an empty handle is one left out
  std::map<std::string, Attribute, std::less<>> attributes{};
  std::size_t outputs = 1;  ///< how many are asked for

  bool has(std::size_t input) const { return input < inputs.size() && inputs[input].has_value(); }
  const Tensor& operator[](std::size_t input) const { return inputs.at(input); }

  /// What `has` and `attribute` were asked about, so that no attribute is passed over in silence.
  mutable std::set<std::string, std::less<>> known{};

  bool has(std::string_view attribute) const {
    known.emplace(attribute);
    return attributes.contains(attribute);
  }
  template <class T>
  T attribute(std::string_view name, T otherwise) const {
    known.emplace(name);
    const auto found = attributes.find(name);
    return found == attributes.end() ? otherwise : std::get<T>(found->second);
  }
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const {
    return attribute(name, otherwise);
  }
  int axis(int otherwise) const { return static_cast<int>(integer("axis", otherwise)); }
  double number(std::string_view name, double otherwise) const {
    return attribute(name, otherwise);
  }
  std::string text(std::string_view name, std::string otherwise) const {
    return attribute(name, std::move(otherwise));
  }
};

/// What an operator gives: mostly one tensor.
struct Results {
  std::vector<Tensor> tensors;

  Results(Tensor only) : tensors{std::move(only)} {}
  Results(std::vector<Tensor> several) : tensors(std::move(several)) {}
};

/// Our dtype for a number of ONNX' enumeration TensorProto.DataType.
DType dtype_of_onnx(std::int64_t number);

/// The numbers of a tensor of i32 or i64, such as axes, on the host.
std::vector<std::int64_t> integers(const Tensor& tensor);

/// Those that newer versions of an operator take as an input and older ones as an attribute; none
/// when it has neither.
std::vector<std::int64_t> integers(const Call& call, std::string_view attribute, std::size_t input);

}  // namespace chronograd::onnx
