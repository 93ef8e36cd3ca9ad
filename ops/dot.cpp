#include "chronograd/ops/dot.h"

#include <string>
#include <utility>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sum.h"

namespace chronograd {
namespace {

void check_vectors(const Operand& a, const Operand& b, const char* function, bool equally_long) {
  const bool vectors = shape_of(a).rank() == 1 && shape_of(b).rank() == 1;
  if (vectors && (!equally_long || shape_of(a) == shape_of(b))) return;
  throw ShapeError(std::string(function) + ": " + to_string(shape_of(a)) + " and " +
                   to_string(shape_of(b)) + "; both must be vectors" +
                   (equally_long ? " of one size" : "") + where_text(a.where));
}

}  // namespace

Tensor dot(Operand a, Operand b) {
  check_vectors(a, b, "dot", true);
  const CalledFrom caller{a.where, "dot"};
  return sum(std::move(a) * std::move(b));
}

Tensor outer(Operand a, Operand b) {
  check_vectors(a, b, "outer", false);
  const CalledFrom caller{a.where, "outer"};
  return reshape(a, {shape_of(a).size(), 1}) * b;
}

}  // namespace chronograd
