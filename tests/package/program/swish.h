#pragma once

#include <chronograd/graph/operand.h>

/// An op of this program's own, elementwise: y = x / (1 + e^-x).
chronograd::Tensor swish(chronograd::Operand x);
