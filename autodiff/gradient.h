#pragma once

#include <span>
#include <vector>

#include "chronograd/graph/gradients.h"
#include "chronograd/graph/tensor.h"

namespace chronograd {

/// The gradients of a scalar `y` with respect to tensors, each of its tensor's shape and itself
/// differentiable; zeros where y does not depend on one. An x may be a tensor that was given to
/// ops on the innermost tape or the result of one.
///
/// Throws ShapeError for a y that has not one element, DTypeError for a y or x that is not f32 or
/// f64, and TapeError for a y that the innermost tape did not record, or when that tape is
/// forward_only.
[[nodiscard]] std::vector<Tensor> gradient(const Tensor& y, std::span<const Tensor> xs,
                                           const char* file = __builtin_FILE(),
                                           unsigned line = __builtin_LINE());
Tensor gradient(const Tensor& y, const Tensor& x, const char* file = __builtin_FILE(),
                unsigned line = __builtin_LINE());

/// The same for `y` of any shape, weighted by `dy` of that shape: the vector-Jacobian product.
/// Throws what `gradient` does, and ShapeError for a dy of another shape.
[[nodiscard]] std::vector<Tensor> vjp(const Tensor& y, std::span<const Tensor> xs, const Tensor& dy,
                                      const char* file = __builtin_FILE(),
                                      unsigned line = __builtin_LINE());

/// The Jacobian-vector product: how y changes when each x moves along its v, which has x's shape.
/// Shape and dtype of y. Taken by differentiating the vector-Jacobian product, which is linear in
/// its weights, once more. Throws what `vjp` does, and ShapeError unless there is a v of the same
/// shape for each x.
Tensor jvp(const Tensor& y, std::span<const Tensor> xs, std::span<const Tensor> vs,
           const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

/// The product of the Hessian of a scalar loss with a vector, without forming the Hessian: for each
/// x, of its shape, the gradient of the sum over all x of v times the gradient of the loss. Throws
/// what `gradient` does, and ShapeError unless there is a v of the same shape for each x.
[[nodiscard]] std::vector<Tensor> hessian_vector_product(const Tensor& loss,
                                                         std::span<const Tensor> xs,
                                                         std::span<const Tensor> vs,
                                                         const char* file = __builtin_FILE(),
                                                         unsigned line = __builtin_LINE());
/// The same with respect to the parameters that `v` has entries for; those that the loss does not
/// depend on are absent from the result.
Gradients hessian_vector_product(const Tensor& loss, const Gradients& v,
                                 const char* file = __builtin_FILE(),
                                 unsigned line = __builtin_LINE());

}  // namespace chronograd
