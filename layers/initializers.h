#pragma once

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
/// The bias of gates [i f g o]: zero, but one for the forget gate, so that a new LSTM remembers
/// (Jozefowicz et al. 2015).
Initializer forget_gate_one();

}  // namespace chronograd::init
