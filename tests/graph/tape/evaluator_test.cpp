#include "chronograd/graph/tape/evaluator.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "chronograd/graph/plan/plan.h"
#include "chronograd/graph/tape.h"
#include "chronograd/graph/tape/tape_state.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "tests/planning.h"

namespace chronograd::detail {
namespace {

/// An evaluator of its own for the nodes of a tape.
struct Evaluation {
  Tape tape;
  Recording& recording = current_tape()->recording;
  Batches batches{recording};
  Past past{{}, 0};
  Effects effects{recording, past, 1'000'000'007};
  Evaluator evaluator{recording, batches, effects, TapeMode::differentiable};

  static OutputId id(const Tensor& tensor) { return tensor.value().output; }
  void compute(const Tensor& tensor) {
    const OutputId asked[] = {id(tensor)};
    evaluator.compute(asked, {}, false);
  }
  float number(const Tensor& tensor) const {
    return *recording.outputs[id(tensor)].array().as<float>();
  }
};

TEST_CASE("an evaluation continues the one before: what was computed is a leaf of its plan") {
  const test::Planning planned{true};
  Evaluation e;
  const Tensor y = add(Tensor::scalar(1), 2);
  e.compute(y);
  CHECK(e.number(y) == 3);
  REQUIRE(e.evaluator.plans().size() == 1);
  const Tensor z = mul(y, 4);
  e.compute(z);
  CHECK(e.number(z) == 12);
  REQUIRE(e.evaluator.plans().size() == 2);
  const auto& leaves = e.evaluator.plans()[1].plan->leaves;
  CHECK(std::ranges::find(leaves, Evaluation::id(y), &plan::Plan::Leaf::output) != leaves.end());
  e.evaluator.start_over();
  CHECK(e.evaluator.plans().empty());
}

TEST_CASE("what is computed already needs no plan, and what handles wait for is computed along") {
  const test::Planning planned{true};
  Evaluation e;
  const Tensor y = add(Tensor::scalar(1), 2);
  const Tensor z = mul(y, 4);
  e.compute(y);
  CHECK(e.number(z) == 12);
  e.compute(y);
  CHECK(e.evaluator.plans().size() == 1);
}

TEST_CASE("without planning the nodes run one by one") {
  const test::Planning planned{false};
  Evaluation e;
  const Tensor y = mul(add(Tensor::scalar(1), 2), 4);
  e.compute(y);
  CHECK(e.number(y) == 12);
  CHECK(e.evaluator.plans().empty());
}

}  // namespace
}  // namespace chronograd::detail
