#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "tests/told.h"

namespace chronograd {
namespace {

using test::told;

TEST_CASE("a tape left open around the loop is noticed and told once") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = parameters.root().parameter("w", {}, [](auto, Shape, RandomStream&) {});
  const auto train = [&](Tape& tape) {
    for (int k = 0; k < 40; ++k) {
      assign(w, w + 1);
      tape.commit();
    }
  };
  CHECK(told([&] {
          for (int k = 0; k < 100; ++k) {
            Tape tape;
            assign(w, w + 1);
            tape.commit();
          }
        }).empty());
  CHECK(told([&] {
          Tape tape{Tape::forward_only};  // it keeps nothing
          train(tape);
        }).empty());
  int line = 0;
  const std::string message = told([&] {
    Tape tape;
    line = __LINE__ - 1;
    train(tape);
    train(tape);
  });
  CHECK(message ==
        fmt::format("chronograd: the tape opened at tests/graph/left_open_test.cpp:{} has run 16 "
                    "steps and keeps all of them; open a tape inside the loop over batches\n",
                    line));
  CHECK(told([&] {
          Tape tape;
          train(tape);
        }).empty());
}

}  // namespace
}  // namespace chronograd
