#include <doctest/doctest.h>

#include <string>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/dump_plan.h"
#include "chronograd/graph/planning.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/square.h"
#include "tests/planning.h"
#include "tests/temporary_folder.h"

// The text of docs/planner.md.

namespace chronograd {
namespace {

std::string plan_of_three_steps() {
  Random random{1};
  const Parameters parameters{random};
  const LSTM lstm{parameters / "lstm", {.input = 5, .hidden = 7}};
  const Tensor xs = full({3, 2, 5}, 0.5);

  const Tape tape;
  const Tensor loss = mean(square(lstm(xs).outputs));
  const Gradients gradients = backward(loss, parameters);
  evaluate(gradients.at("lstm/forwards_0/kernel"), gradients.at("lstm/forwards_0/recurrent"),
           gradients.at("lstm/forwards_0/bias"));
  return dump_plan(tape);
}

TEST_CASE("the plan in the documentation is what the library prints") {
  const test::Planning planned{true};
  const std::string document = content_of(CHRONOGRAD_SOURCE_FOLDER "/docs/planner.md");
  const std::string open = "```text\nplan 1";
  const std::size_t begin = document.find(open);
  REQUIRE(begin != std::string::npos);
  const std::size_t first = begin + std::string("```text\n").size();
  CHECK(plan_of_three_steps() == document.substr(first, document.find("```", first) - first));
}

TEST_CASE("dump_plan shows times when they are taken, and says when there is no plan") {
  const test::Planning planned{true};
  {
    const Tape tape;
    CHECK(dump_plan(tape) == "no plan: nothing was computed so far, or node by node\n");
  }
  set_plan_timing(true);
  const std::string timed = plan_of_three_steps();
  set_plan_timing(false);
  CHECK(timed.find("        ms  where") != std::string::npos);
  CHECK(plan_of_three_steps().find("        ms  where") == std::string::npos);
}

}  // namespace
}  // namespace chronograd
