#include "chronograd/optim/clip.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/minimum.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/norm.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/where.h"

namespace chronograd {
namespace {

void check_limit(const char* name, double limit, SourceLine where) {
  if (limit > 0) return;
  throw ValueError(std::string(name) + ": a limit of " + std::to_string(limit) +
                   "; it must be above 0" + where_text(where));
}

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest_scale = 0x1p-100;

// Of each gradient, in f64.
std::vector<Tensor> norms(const Gradients& gradients) {
  std::vector<Tensor> norms;
  for (const auto& [path, entry] : gradients) norms.push_back(wide_norm(entry.gradient));
  return norms;
}

Tensor norm_of_norms(const std::vector<Tensor>& norms) {
  return norms.size() == 1 ? norms[0] : wide_norm(stack(norms));
}

}  // namespace

Tensor norm(const Gradients& gradients) {
  const bool wide = std::ranges::any_of(
      gradients, [](const auto& item) { return item.second.gradient.dtype() == DType::f64; });
  const DType dtype = wide ? DType::f64 : DType::f32;
  if (gradients.empty()) return Tensor::scalar(0);
  return cast(norm_of_norms(norms(gradients)), dtype);
}

Gradients clip_norm(const Gradients& gradients, double limit, const char* file, unsigned line) {
  check_limit("clip_norm", limit, {file, line});
  if (gradients.empty()) return gradients;
  const std::vector<Tensor> each = norms(gradients);
  const Tensor all = norm_of_norms(each);
  const Tensor scale = where(all < infinity, minimum(limit / all, 1), nan);
  // A scale below what f32 holds is applied in two factors; the first is 1 otherwise.
  const Tensor first = where(scale < smallest_scale, Tensor::scalar(smallest_scale, DType::f64), 1);
  const std::array<Tensor, 2> narrow{cast(first, DType::f32), cast(scale / first, DType::f32)};
  const std::array<Tensor, 2> wide{first, scale / first};
  Gradients clipped;
  std::size_t k = 0;
  for (const auto& [path, entry] : gradients) {
    const auto& [a, b] = entry.gradient.dtype() == DType::f32 ? narrow : wide;
    const Tensor& known = entry.unclipped_norm;
    clipped.set({entry.parameter, entry.gradient * a * b, known.has_value() ? known : each[k]});
    ++k;
  }
  return clipped;
}

Gradients clip_value(const Gradients& gradients, double limit, const char* file, unsigned line) {
  check_limit("clip_value", limit, {file, line});
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
