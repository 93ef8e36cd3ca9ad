#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chronograd::onnx {

struct Outcome {
  enum class Kind : std::uint8_t { passed, failed, skipped };
  Kind kind = Kind::passed;
  std::string reason = "";  ///< of not passing
};

/// Runs what a case.json holds without a tape and on one. It passes under the tolerance of ONNX'
/// own test runner, rtol 1e-3 and atol 1e-7, with integers and booleans equal. It is skipped when
/// it needs what we do not have, such as a dtype; an operator that nobody wrote fails.
Outcome run_case(std::string_view json);

}  // namespace chronograd::onnx
