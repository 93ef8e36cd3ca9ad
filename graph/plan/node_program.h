#pragma once

#include <span>

#include "chronograd/graph/plan/draft.h"

/// What nodes are as parts of a program.
namespace chronograd::plan {

/// Whether a node is elementwise, or makes one number of each row in a way that a program can.
bool has_program(const Draft& draft, const Draft::Node& node);

/// What an op does to the elements or, if its algebra says so, to the rows of its inputs.
std::span<const Instruction> instructions_of(const Op& op);

/// The shape that a node goes over: what it computes or, if it reduces rows, what it reads.
Shape shape_of_pass(const Draft& draft, const Draft::Node& node);

/// The dtype of its registers.
DType compute_dtype(const Draft& draft, const Draft::Node& node);

/// Whether a register of `from` may be read in place of the memory it would be stored in.
bool fits_registers(const Draft& draft, const Draft::Node& from, const Draft::Node& reader);

/// The shape of one number for each row along the last axis.
Shape one_for_each_row(Shape shape);

/// The value whose register serves a program that reads this one: another one of which this is
/// nothing but the rows repeated along the last axis, or itself.
ValueId in_registers(const Draft& draft, ValueId value);

}  // namespace chronograd::plan
