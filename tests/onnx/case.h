#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/onnx/call.h"

namespace chronograd::onnx {

/// A published test of one operator.
struct Case {
  std::string op;
  Call call;
  std::vector<Tensor> expected;  ///< in the operator's order; an empty handle is one not asked for
};

/// The case that a case.json holds. Throws Unsupported for what we do not have, such as a dtype.
Case parse_case(std::string_view json);

}  // namespace chronograd::onnx
