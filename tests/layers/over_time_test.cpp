#include "chronograd/layers/over_time.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "chronograd/graph/dump_plan.h"
#include "chronograd/layers/gru.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/sequential.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/relu.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("a function of a batch is applied to every step, and gradients match differences") {
  Draw draw{1};
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const auto head = sequential(
      Linear{parameters / "a", {.input = 2, .output = 3}}, [](const Tensor& x) { return tanh(x); },
      Linear{parameters / "b", {.input = 3, .output = 1}});
  const Tensor xs = draw.tensor({4, 2, 2});
  const Tensor ys = over_time(head, xs);
  CHECK(ys.shape() == Shape{4, 2, 1});
  for (const int t : {0, 3}) CHECK(near(at(ys, t), head(at(xs, t))));
  check_gradients(parameters, [&](std::span<const Tensor> x) { return over_time(head, x[0]); },
                  {xs});
  CHECK(over_time(head, zeros({0, 2, 2}, DType::f64)).shape() == Shape{0, 2, 1});
}

TEST_CASE("what is no sequence, and a function that loses the batch, are named") {
  const auto total = [](const Tensor& x) { return sum(x); };
  CHECK(message_before_place<ShapeError>([&] { over_time(total, zeros({4})); }) ==
        "over_time: a sequence [4]; it must be [time, batch, ..]");
  CHECK(message_before_place<ShapeError>([&] {
          over_time(total, zeros({4, 2}));
        }) ==
        "over_time: a function that makes [] of a batch of 8; its first axis must be the batch");
}

TEST_CASE("sequential is one function after the other") {
  const auto f =
      sequential([](const Tensor& x) { return x * 2; }, [](const Tensor& x) { return x + 1; });
  CHECK(f(Tensor::scalar(3)).item() == 7);
  CHECK(sequential()(Tensor::scalar(3)).item() == 3);
}

// The lines of a plan that are copies, when a layer reads and puts out [time, batch, ..] or, with
// its axes swapped, [batch, time, ..].
std::vector<std::string> copies(const Tensor& by_time, bool swap_input, bool swap_output) {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const GRU gru{parameters / "m", {.input = 2, .hidden = 3}};
  const Tensor by_batch = transpose(by_time, 0, 1).detach();
  const Tape tape;
  const Tensor ys = gru(swap_input ? transpose(by_batch, 0, 1) : by_time).outputs;
  const Tensor loss = sum(swap_output ? transpose(ys, 0, 1) : ys);
  const Gradients gradients = backward(loss, parameters);
  evaluate(loss, gradients.at(parameters.at("m/forwards_0/kernel")));
  const std::string plan = dump_plan(tape);
  std::vector<std::string> found;
  for (std::size_t at = plan.find(" copy "); at != std::string::npos;
       at = plan.find(" copy ", at + 1)) {
    found.push_back(plan.substr(at, plan.find('\n', at) - at));
  }
  CHECK(near(loss.detach(), sum(gru(by_time).outputs)));
  return found;
}

TEST_CASE(
    "[batch, time, ..] is a swap of axes: outputs copy nothing, x is packed for its product") {
  Draw draw{2};
  const Tensor by_time = draw.tensor({4, 5, 2});
  const auto plain = copies(by_time, false, false);
  CHECK(copies(by_time, false, true) == plain);
  // Once for x W and once for W's gradient, in which the rows of all steps are one operand.
  CHECK(copies(by_time, true, true).size() == plain.size() + 2);
}

}  // namespace
}  // namespace chronograd
