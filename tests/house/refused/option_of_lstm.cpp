// says: // options: .input, .hidden, .activation
#include "chronograd/layers/lstm.h"

using namespace chronograd;

void use(const Scope& scope) { const LSTM lstm{scope, {.input = 3, .units = 4}, {.layers = 2}}; }
