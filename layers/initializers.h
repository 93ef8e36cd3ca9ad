#pragma once

#include <vector>

#include "chronograd/graph/parameter.h"

/// First values of weights. Fans are those of a matrix [fan_in, fan_out]; leading axes of tensors
/// with more axes count into both.
namespace chronograd::init {

Initializer zeros();
Initializer ones();
Initializer constant(double value);
/// Uniform in [low, high).
Initializer uniform(double low, double high);
Initializer normal(double mean, double standard_deviation);
/// Uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010).
Initializer glorot_uniform();
/// A matrix with orthonormal rows or columns, whichever there are fewer of, times `gain` (Saxe et
/// al. 2014).
Initializer orthogonal(double gain = 1);
/// Equal blocks of columns, each filled by an initialiser of its own as if it stood alone: one for
/// each gate of a recurrent cell. Throws ShapeError unless the last axis divides into the blocks.
Initializer blocks(std::vector<Initializer> each);

}  // namespace chronograd::init
