#include "chronograd/graph/record/parameter_slot.h"

#include <string>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

void check_fits(const Parameter& parameter, const Tensor& value, const char* op, SourceLine where) {
  if (value.shape(where.file, where.line) != parameter.shape()) {
    throw ShapeError(std::string(op) + ": a tensor " + to_string(value.shape()) + " for " +
                     parameter.path() + "; it must be " + to_string(parameter.shape()) +
                     where_text(where));
  }
  if (value.dtype() != parameter.dtype()) {
    throw DTypeError(std::string(op) + ": a tensor of " + std::string(name(value.dtype())) +
                     " for " + parameter.path() + "; it must be " +
                     std::string(name(parameter.dtype())) + where_text(where));
  }
}

}  // namespace chronograd::detail
