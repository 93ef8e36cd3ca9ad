// says: // options: .rate, .beta1, .beta2, .epsilon, .weight_decay, .on_not_finite
#include "chronograd/optim/adam.h"

using namespace chronograd;

void use(const Scope& scope) { AdamW adam{scope, {.lr = 0.1}}; }
