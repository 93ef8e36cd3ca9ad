#include <doctest/doctest.h>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"

// The code of docs/architecture.md.

namespace chronograd {
namespace {

TEST_CASE("numbers are computed when they are asked for, and assignments act on commit") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter(
      "w", {}, [](std::span<double> v, Shape, RandomStream&) { v[0] = 2; });
  const Tensor x = Tensor::copy_of({1.0f, 2.0f}, {2});
  const Tensor y = Tensor::copy_of({1.0f, 1.0f}, {2});

  Tape tape;
  const Tensor loss = mean(square(x * w - y));
  const double before = loss.item();  // computed here
  const Gradients gradients = backward(loss, parameters);
  assign(w, w - 0.1 * gradients.at(w));  // recorded; w is as it was
  tape.commit();                         // now it is not

  CHECK(before == 5);
  CHECK(w.value().item() == doctest::Approx(1.3));  // 2 - 0.1 (1 + 6)
}

}  // namespace
}  // namespace chronograd
