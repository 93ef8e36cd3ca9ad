#include "chronograd/optim/detail/step.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "chronograd/graph/op.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/all_finite.h"

namespace chronograd::detail {
namespace {

// clip_norm makes all gradients NaN when one is not finite; the norm it notes says which one it
// was.
bool was_finite(const Gradients::Entry& entry) {
  if (entry.unclipped_norm.has_value()) return std::isfinite(entry.unclipped_norm.item());
  return all_finite(entry.gradient).item() != 0;
}

}  // namespace

Step::Step(std::string_view optimizer, NotFinite on_not_finite, SourceLine where)
    : optimizer_(optimizer), on_not_finite_(on_not_finite), where_(where) {
  if (!on_tape()) own_tape_.emplace(Tape::forward_only);
}

Step::~Step() {
  if (!taken_) withdraw();
}

void Step::assign(const Parameter& parameter, const Tensor& value) {
  chronograd::assign(parameter, value);
}

void Step::assign_finite(const Gradients::Entry& from, const Parameter& parameter,
                         const Tensor& value) {
  assign(parameter, value);
  if (on_not_finite_ == NotFinite::apply) return;
  checked_.push_back(value);
  entries_.push_back(&from);
}

bool Step::take() {
  if (checked_.empty()) {
    commit();
    return taken_ = true;
  }
  const Tensor finite = all_finite(checked_);
  checked_.clear();  // whatever is held is kept
  std::vector<std::size_t> broken;
  taken_ = commit_if([&] {
    const auto good = finite.values<bool>();
    for (std::size_t k = 0; k < good.size(); ++k) {
      if (!good[k]) broken.push_back(k);
    }
    return broken.empty();
  });
  if (!taken_ && on_not_finite_ == NotFinite::refuse) refuse(broken);
  return taken_;
}

void Step::refuse(const std::vector<std::size_t>& broken) const {
  constexpr std::string_view wanted =
      "nothing was changed; on_not_finite says what else may be done with such a step";
  for (const std::size_t k : broken) {
    if (was_finite(*entries_[k])) continue;
    throw NotFiniteError(fmt::format("{}: the gradient of {} is not finite; {}{}", optimizer_,
                                     entries_[k]->parameter.path(), wanted, where_text(where_)));
  }
  throw NotFiniteError(fmt::format(
      "{}: the gradient of {} is finite, but what the step makes of it, its weight and "
      "moments is not; {}{}",
      optimizer_, entries_[broken.front()]->parameter.path(), wanted, where_text(where_)));
}

}  // namespace chronograd::detail
