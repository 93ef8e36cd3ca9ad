#include "chronograd/graph/operand.h"

#include "chronograd/graph/parameter.h"

namespace chronograd {

Shape shape_of(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::tensor:
      return operand.tensor().shape(operand.where.file, operand.where.line);
    case Operand::Kind::parameter:
      return operand.parameter().shape();
    case Operand::Kind::number:
      break;
  }
  return {};
}

DType dtype_of(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::tensor:
      return operand.tensor().dtype(operand.where.file, operand.where.line);
    case Operand::Kind::parameter:
      return operand.parameter().dtype();
    case Operand::Kind::number:
      break;
  }
  return DType::f32;
}

}  // namespace chronograd
