#pragma once

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// The ops of what a recording begins with, and of its effects. They belong to no file of ops/,
/// because the tape itself records them.
extern const Op constant_op;   ///< a tensor that was there before; slots: none
extern const Op number_op;     ///< a C++ number that was given to an op
extern const Op parameter_op;  ///< a read of a parameter; slot 0: its ParameterUse
extern const Op assign_op;     ///< an assignment to a parameter; slot 0: its ParameterUse

}  // namespace chronograd::detail
