#include "chronograd/ops/categorical.h"

#include <limits>
#include <string>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/argmax.h"
#include "chronograd/ops/log.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/random.h"
#include "chronograd/ops/sub.h"

namespace chronograd {

// The largest of logits with Gumbel noise is a draw (Gumbel 1954). The noise is -log of a number
// with an exponential distribution, which must not be 0 or infinite: 1 - u is in (0, 1].
Tensor categorical(const Tensor& logits, double temperature, const char* file, unsigned line) {
  if (!(temperature >= 0 && temperature < std::numeric_limits<double>::infinity())) {
    throw ValueError("categorical: temperature = " + std::to_string(temperature) +
                     "; it must be at least 0 and finite" + where_text({file, line}));
  }
  const CalledFrom caller{{file, line}, "categorical"};
  if (temperature == 0) return argmax(logits);
  const Tensor u = random_uniform(logits.shape(), logits.dtype(), file, line);
  const Tensor noise = -log(-log(1 - u));
  return argmax(logits * (1 / temperature) + noise);
}

}  // namespace chronograd
