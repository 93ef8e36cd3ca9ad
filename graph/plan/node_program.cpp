#include "chronograd/graph/plan/node_program.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

// A program keeps the rows that it reduces in the cache as a whole. Longer rows are left to the
// ops' kernels.
constexpr std::int64_t longest_row = 2048;

// Whether the register holds what would be read back from memory. Memory makes a boolean 1 or 0; a
// register is not converted, so the last instruction must have made it that.
bool register_is_exact(const Draft& draft, const Draft::Node& node) {
  if (draft.values[node.first_value].dtype != DType::boolean) return true;
  return traits_of(instructions_of(*node.op).back().op).kind == ScalarKind::truth;
}

}  // namespace

bool has_program(const Draft& draft, const Draft::Node& node) {
  if (node.kind == Kind::elementwise) return true;
  if (node.kind != Kind::kernel || node.op->algebra.reduction == Reduction::none) return false;
  if (instructions_of(*node.op).empty()) return false;
  const Draft::Value& from = draft.values[draft.inputs_of(node)[0]];
  return is_floating(from.dtype) && !from.shape.empty() && from.shape.rank() > 0 &&
         from.shape[-1] <= longest_row &&
         draft.values[node.first_value].shape == one_for_each_row(from.shape);
}

std::span<const Instruction> instructions_of(const Op& op) {
  static constexpr Instruction sum[] = {{Scalar::row_sum}};
  static constexpr Instruction mean[] = {{Scalar::row_mean}};
  static constexpr Instruction mean_square[] = {{Scalar::row_mean_square}};
  static constexpr Instruction root_mean_square[] = {{Scalar::row_root_mean_square}};
  static constexpr Instruction maximum[] = {{Scalar::row_maximum}};
  static constexpr Instruction minimum[] = {{Scalar::row_minimum}};
  switch (op.algebra.reduction) {
    case Reduction::sum:
      return sum;
    case Reduction::mean:
      return mean;
    case Reduction::mean_square:
      return mean_square;
    case Reduction::root_mean_square:
      return root_mean_square;
    case Reduction::maximum:
      return maximum;
    case Reduction::minimum:
      return minimum;
    case Reduction::product:
    case Reduction::none:
      break;
  }
  return op.program.code;
}

Shape loop_shape(const Draft& draft, const Draft::Node& node) {
  const bool reduces = node.kind != Kind::elementwise;
  return draft.values[reduces ? draft.inputs_of(node)[0] : node.first_value].shape;
}

DType compute_dtype(const Draft& draft, const Draft::Node& node) {
  const DType out = draft.values[node.first_value].dtype;
  const DType type = out == DType::boolean ? draft.values[draft.inputs_of(node)[0]].dtype : out;
  return type == DType::boolean ? DType::i32 : type;
}

bool fits_registers(const Draft& draft, const Draft::Node& from, const Draft::Node& reader) {
  return compute_dtype(draft, from) == compute_dtype(draft, reader) &&
         register_is_exact(draft, from);
}

Shape one_for_each_row(Shape shape) { return shape.rank() == 0 ? shape : shape.with(-1, 1); }

ValueId in_registers(const Draft& draft, ValueId v) {
  const Draft::Value& value = draft.values[v];
  const Draft::Value& base = draft.values[value.base];
  const int last = value.shape.rank() - 1;
  if (value.base == v || value.offset != 0 || last < 0 || value.strides[last] != 0 ||
      base.shape != one_for_each_row(value.shape)) {
    return v;
  }
  for (int k = 0; k < last; ++k) {
    if (value.shape[k] > 1 && value.strides[k] != base.strides[k]) return v;
  }
  return value.base;
}

}  // namespace chronograd::plan
