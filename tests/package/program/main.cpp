// What somebody's own program does with the library: an op of its own and its gradient, errors that
// it catches, shapes that it compares, another version of fmt (with OTHER_FMT).
#include <chronograd/chronograd.h>
#if defined(OTHER_FMT)
#include <fmt/format.h>
#endif

#include <cmath>
#include <cstdint>
#include <iostream>

#include "swish.h"

using namespace chronograd;

namespace {

template <class E, class F>
bool throws(F f) {
  try {
    f();
  } catch (const E&) {
    return true;
  }
  return false;
}

bool other_fmt_works() {
#if defined(OTHER_FMT)
  return fmt::format("number ", 1) == "number 1 of v99";
#else
  return true;
#endif
}

}  // namespace

int main() {
  const Tensor x = Tensor::copy_of<double>({-2, -0.5, 0, 1, 3}, {5});
  const double expected = 1 / (1 + std::exp(-1.0));
  const bool value = std::abs(swish(x).values<double>()[3] - expected) < 1e-12;
  const GradientCheck gradient =
      check_gradient([](auto inputs) { return swish(inputs[0]); }, {&x, 1});

  const Tensor one = Tensor::copy_of<std::int32_t>({1}, {1});
  const bool errors = throws<DTypeError>([&] { swish(one).item(); }) &&
                      throws<ValueError>([&] { div(one, one - one).item(); });

  // Shapes are compared by where their numbers lie: there must be one copy of them.
  const bool shapes = sum(x).shape() == Shape{} && x.shape() == Shape{5};

  std::cout << "swish" << to_string(swish(x)) << '\n' << gradient.message << '\n';
  return value && gradient && errors && shapes && other_fmt_works() ? 0 : 1;
}
