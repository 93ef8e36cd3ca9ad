#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/onnx/call.h"

namespace chronograd::onnx {

/// One operator of a case. Tensors go by names; "" is one that is left out.
struct Node {
  std::string op;
  Call call;  ///< without inputs yet
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
};

/// A published test: of one operator, or of a small graph of them.
struct Case {
  std::vector<Node> nodes;  ///< each after those that it needs
  std::map<std::string, Tensor> given;
  std::map<std::string, Tensor> expected;
};

/// The case that a case.json holds. Throws Unsupported for what we do not have, such as a dtype.
Case parse_case(std::string_view json);

}  // namespace chronograd::onnx
