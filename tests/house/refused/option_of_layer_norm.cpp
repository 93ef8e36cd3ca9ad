// says: // options: .size, .epsilon, .bias, .sizes
#include "chronograd/layers/layer_norm.h"

using namespace chronograd;

void use(const Parameters& parameters) { const LayerNorm norm{parameters, {.units = 4}}; }
