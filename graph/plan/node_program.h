#pragma once

#include <span>

#include "chronograd/graph/plan/draft.h"

/// What a node of a draft is as a part of a program.
namespace chronograd::plan {

/// Whether a fused kernel can run the node: it is elementwise, or a reduction of rows that are not
/// too long.
bool has_program(const Draft& draft, const Draft::Node& node);

/// The instructions of an op: its program, or the one that reduces rows as its algebra says. None
/// if it has neither.
std::span<const Instruction> instructions_of(const Op& op);

/// The shape that a program goes over for the node: that of its result or, if it reduces rows, that
/// of its input.
Shape loop_shape(const Draft& draft, const Draft::Node& node);

/// The dtype of its registers.
DType compute_dtype(const Draft& draft, const Draft::Node& node);

/// Whether `reader` may read the register that `from` computes. Not where the dtypes of the
/// registers differ, or where storing to memory and reading again would change the number.
bool fits_registers(const Draft& draft, const Draft::Node& from, const Draft::Node& reader);

/// The shape of one number for each row along the last axis.
Shape one_for_each_row(Shape shape);

/// The value whose register a program reads for this one. When the value repeats one number for
/// each row along the last axis, as `expand` does, that is the value it repeats; else it is the
/// value itself.
ValueId in_registers(const Draft& draft, ValueId value);

}  // namespace chronograd::plan
