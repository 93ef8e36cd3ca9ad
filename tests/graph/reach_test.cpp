#include "chronograd/graph/reach.h"

#include <doctest/doctest.h>

#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"

namespace chronograd {
namespace {

using Nodes = std::vector<NodeId>;

OutputId output_of(const Tensor& tensor) { return tensor.value().output; }

TEST_CASE("the ancestors of an output are what it depends on and itself") {
  const Tape tape;
  const Tensor x = Tensor::copy_of({1.0f}, {1});
  const Tensor a = sigmoid(x);              // 0: x, 1
  [[maybe_unused]] const Tensor b = a + a;  // 2
  const Tensor c = a * a;                   // 3
  [[maybe_unused]] const Tensor d = b * c;  // 4
  CHECK(ancestors(tape.recording(), output_of(c)) == Nodes{0, 1, 3});
  CHECK(ancestors(tape.recording(), output_of(d)) == Nodes{0, 1, 2, 3, 4});
  CHECK(ancestors(tape.recording(), 0) == Nodes{0});
}

TEST_CASE("the descendants of an output are what depends on it, and not on its neighbours") {
  const Tape tape;
  const Tensor x = Tensor::copy_of({1.0f, 2.0f}, {2});
  const std::vector<Tensor> halves = split(x, 2);        // 0: x, 1
  [[maybe_unused]] const Tensor a = sigmoid(halves[0]);  // 2
  const Tensor b = sigmoid(halves[1]);                   // 3
  [[maybe_unused]] const Tensor c = b + b;               // 4
  CHECK(descendants(tape.recording(), output_of(halves[0])) == Nodes{2});
  CHECK(descendants(tape.recording(), output_of(halves[1])) == Nodes{3, 4});
  CHECK(descendants(tape.recording(), 0) == Nodes{1, 2, 3, 4});
  CHECK(descendants(tape.recording(), output_of(c)).empty());
}

TEST_CASE("asking for an output that is not there says how many there are") {
  const Tape tape;
  CHECK_THROWS_WITH_AS(ancestors(tape.recording(), 3), "ancestors: output 3; the recording has 0",
                       IndexError);
  CHECK_THROWS_WITH_AS(descendants(tape.recording(), no_id),
                       "descendants: output 4294967295; the recording has 0", IndexError);
}

TEST_CASE("a chain of 200,000 nodes is walked without recursion") {
  const Tape tape;
  const Tensor x = Tensor::scalar(1);
  Tensor y = x;
  for (int k = 0; k < 200'000; ++k) y = sigmoid(y);
  CHECK(ancestors(tape.recording(), output_of(y)).size() == 200'001);
  CHECK(descendants(tape.recording(), 0).size() == 200'000);
}

}  // namespace
}  // namespace chronograd
