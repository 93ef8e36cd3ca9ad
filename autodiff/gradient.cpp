#include "chronograd/autodiff/gradient.h"

#include <string>

#include "chronograd/autodiff/backward.h"
#include "chronograd/autodiff/detail/reverse.h"
#include "chronograd/graph/tape/tape_state.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"

namespace chronograd {
namespace {

std::vector<Tensor> gradients_or_zeros(const Tensor& y, std::span<const Tensor> xs,
                                       const Tensor& dy, const char* user, SourceLine where) {
  detail::TapeState& tape = detail::tape_to_differentiate(y, user, where);
  std::vector<OutputId> outputs;
  for (const Tensor& x : xs) {
    if (!is_floating(x.dtype(where.file, where.line))) {
      throw DTypeError(std::string(user) + ": the gradient with respect to a tensor of " +
                       std::string(name(x.dtype())) + "; it must be f32 or f64" +
                       where_text(where));
    }
    outputs.push_back(tape.output_of(x, user, detail::current_place(where)));
  }
  std::vector<Tensor> result = detail::reverse(tape, y.value().output, dy, outputs);
  for (std::size_t k = 0; k < xs.size(); ++k) {
    if (!result[k].has_value()) result[k] = zeros(xs[k].shape(), xs[k].dtype());
  }
  return result;
}

void check_scalar(const Tensor& y, const char* user, SourceLine where) {
  if (y.size(where.file, where.line) != 1) {
    throw ShapeError(std::string(user) + ": a tensor " + to_string(y.shape()) +
                     "; it must have one element, take its mean or sum" + where_text(where));
  }
}

void check_same_shapes(std::span<const Tensor> xs, std::span<const Tensor> vs, const char* user,
                       SourceLine where) {
  if (xs.size() != vs.size()) {
    throw ShapeError(std::string(user) + ": " + std::to_string(vs.size()) + " vectors for " +
                     std::to_string(xs.size()) + " tensors; one is needed for each" +
                     where_text(where));
  }
  for (std::size_t k = 0; k < xs.size(); ++k) {
    if (xs[k].shape(where.file, where.line) != vs[k].shape(where.file, where.line)) {
      throw ShapeError(std::string(user) + ": a vector " + to_string(vs[k].shape()) +
                       " for a tensor " + to_string(xs[k].shape()) + "; the shapes must be equal" +
                       where_text(where));
    }
  }
}

Tensor inner_product(std::span<const Tensor> as, std::span<const Tensor> bs) {
  Tensor total;
  for (std::size_t k = 0; k < as.size(); ++k) {
    const Tensor product = sum(as[k] * bs[k]);
    total = total.has_value() ? total + product : product;
  }
  return total;
}

bool has_history(const Tensor& tensor) {
  return detail::open_tape(tensor.value().serial) == detail::current_tape();
}

}  // namespace

std::vector<Tensor> gradient(const Tensor& y, std::span<const Tensor> xs, const char* file,
                             unsigned line) {
  check_scalar(y, "gradient", {file, line});
  return gradients_or_zeros(y, xs, full(y.shape(), 1, y.dtype()), "gradient", {file, line});
}

Tensor gradient(const Tensor& y, const Tensor& x, const char* file, unsigned line) {
  return gradient(y, {&x, 1}, file, line)[0];
}

std::vector<Tensor> vjp(const Tensor& y, std::span<const Tensor> xs, const Tensor& dy,
                        const char* file, unsigned line) {
  check_same_shapes({&y, 1}, {&dy, 1}, "vjp", {file, line});
  return gradients_or_zeros(y, xs, dy, "vjp", {file, line});
}

Tensor jvp(const Tensor& y, std::span<const Tensor> xs, std::span<const Tensor> vs,
           const char* file, unsigned line) {
  check_same_shapes(xs, vs, "jvp", {file, line});
  const Tensor u = zeros(y.shape(file, line), y.dtype());
  const std::vector<Tensor> dxs = gradients_or_zeros(y, xs, u, "jvp", {file, line});
  const Tensor along = inner_product(dxs, vs);
  if (!along.has_value() || !has_history(along)) return zeros(y.shape(), y.dtype());
  return gradient(along, u, file, line);
}

std::vector<Tensor> hessian_vector_product(const Tensor& loss, std::span<const Tensor> xs,
                                           std::span<const Tensor> vs, const char* file,
                                           unsigned line) {
  check_same_shapes(xs, vs, "hessian_vector_product", {file, line});
  const Tensor along = inner_product(gradient(loss, xs, file, line), vs);
  return gradient(along, xs, file, line);
}

Gradients hessian_vector_product(const Tensor& loss, const Gradients& v, const char* file,
                                 unsigned line) {
  std::vector<Parameter> parameters;
  for (const auto& [path, entry] : v) parameters.push_back(entry.parameter);
  std::vector<Tensor> gs;
  std::vector<Tensor> vs;
  for (const auto& [path, entry] : backward(loss, parameters, file, line)) {
    gs.push_back(entry.gradient);
    vs.push_back(v.at(path));
  }
  check_same_shapes(gs, vs, "hessian_vector_product", {file, line});
  if (gs.empty()) return {};
  return backward(inner_product(gs, vs), parameters, file, line);
}

}  // namespace chronograd
