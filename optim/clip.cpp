#include "chronograd/optim/clip.h"

#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/minimum.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sqrt.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sum.h"

namespace chronograd {
namespace {

void check_limit(const char* name, double limit) {
  if (limit > 0) return;
  throw ValueError(std::string(name) + ": a limit of " + std::to_string(limit) +
                   "; it must be above 0");
}

}  // namespace

Tensor norm(const Gradients& gradients) {
  Tensor total;
  for (const auto& [path, entry] : gradients) {
    const Tensor part = sum(square(entry.gradient));
    total = total.has_value() ? total + part : part;
  }
  return total.has_value() ? sqrt(total) : Tensor::scalar(0);
}

Gradients clip_norm(const Gradients& gradients, double limit) {
  check_limit("clip_norm", limit);
  if (gradients.empty()) return gradients;
  const Tensor scale = minimum(limit / norm(gradients), 1);
  return gradients.transformed([&](const auto& entry) { return entry.gradient * scale; });
}

Gradients clip_value(const Gradients& gradients, double limit) {
  check_limit("clip_value", limit);
  return gradients.transformed(
      [&](const auto& entry) { return clamp(entry.gradient, -limit, limit); });
}

Gradients operator+(const Gradients& a, const Gradients& b) {
  Gradients sum = a;
  for (const auto& [path, entry] : b) {
    sum.set(entry.parameter,
            a.contains(path) ? a.at(path) + entry.gradient : Tensor(entry.gradient));
  }
  return sum;
}

Gradients operator*(const Gradients& gradients, double factor) {
  return gradients.transformed([&](const auto& entry) { return entry.gradient * factor; });
}

}  // namespace chronograd
