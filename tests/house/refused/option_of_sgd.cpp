// says: // options: .rate, .momentum, .nesterov, .weight_decay, .on_not_finite
#include "chronograd/optim/sgd.h"

using namespace chronograd;

void use(const Scope& scope) { SGD sgd{scope, {.lr = 0.1}}; }
