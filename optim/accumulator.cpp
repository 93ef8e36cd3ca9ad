#include "chronograd/optim/accumulator.h"

#include <limits>
#include <string>
#include <utility>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/optim/clip.h"

namespace chronograd {

void Accumulator::add(const Gradients& gradients, double weight, const char* file, unsigned line) {
  if (!(weight > 0 && weight < std::numeric_limits<double>::infinity())) {
    throw ValueError("Accumulator: a weight of " + std::to_string(weight) +
                     "; it must be above 0 and finite" + where_text({file, line}));
  }
  sum_ = detach(sum_ + (weight == 1 ? gradients : gradients * weight), file, line);
  weight_ += weight;
}

Gradients Accumulator::mean(const char* file, unsigned line) const {
  if (empty()) {
    throw ValueError("Accumulator: the mean of nothing; add gradients first" +
                     where_text({file, line}));
  }
  return detach(sum_ * (1 / weight_));
}

Gradients Accumulator::take() {
  weight_ = 0;
  return std::exchange(sum_, {});
}

void Accumulator::clear() {
  weight_ = 0;
  sum_ = {};
}

}  // namespace chronograd
