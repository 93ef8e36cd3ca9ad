#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "chronograd/graph/gradients.h"
#include "chronograd/graph/tape.h"
#include "chronograd/optim/not_finite.h"

namespace chronograd::detail {

/// One step of an optimizer: what it assigns takes effect together or not at all. It is recorded on
/// the innermost tape; when none is open, on one that lives as long as the step.
class Step {
 public:
  Step(std::string_view optimizer, NotFinite on_not_finite, SourceLine where);
  /// Withdraws what was not taken, for whatever reason.
  ~Step();
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

  /// Records what the parameter or a moment of it becomes.
  void assign(const Parameter& parameter, const Tensor& value);
  /// The same of a value that is finite in a good step. It follows from the entry's gradient.
  void assign_finite(const Gradients::Entry& from, const Parameter& parameter, const Tensor& value);

  /// Lets the tape commit, if the numbers are finite; says whether it did. Throws NotFiniteError
  /// instead of false when a step that is not good is to be refused.
  bool take();

 private:
  [[noreturn]] void refuse(const std::vector<std::size_t>& broken) const;

  std::string_view optimizer_;
  NotFinite on_not_finite_;
  SourceLine where_;
  std::optional<Tape> own_tape_;
  std::vector<Tensor> checked_;
  std::vector<const Gradients::Entry*> entries_;  ///< that they follow from
  bool taken_ = false;
};

}  // namespace chronograd::detail
