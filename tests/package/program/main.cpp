// What somebody's own program does with the library: an op of its own, a cell of its own, a step of
// training.
#include <chronograd/chronograd.h>

#include <cmath>
#include <iostream>

#include "swish.h"

using namespace chronograd;

int main() {
  const Tensor x = Tensor::copy_of<double>({-2, -0.5, 0, 1, 3}, {5});
  const double expected = 1 / (1 + std::exp(-1.0));
  const bool value = std::abs(swish(x).values<double>()[3] - expected) < 1e-12;
  const GradientCheck gradient =
      check_gradient([](auto inputs) { return swish(inputs[0]); }, {&x, 1});

  std::cout << "swish" << to_string(swish(x)) << '\n' << gradient.message << '\n';
  return value && gradient ? 0 : 1;
}
