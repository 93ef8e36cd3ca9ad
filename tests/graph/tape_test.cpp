#include "chronograd/graph/tape.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "chronograd/graph/memory/hash.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/random.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sum.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

using test::message_before_place;
using test::message_of;
using test::probe;
using test::seen;

const Tensor three = Tensor::copy_of({1.0f, 2.0f, 3.0f}, {3});

std::string here(int line) { return "tests/graph/tape_test.cpp:" + std::to_string(line); }

TEST_SUITE("no tape") {
  TEST_CASE("an op runs at once") {
    seen.clear();
    const Tensor y = probe(three) + three;
    CHECK(y.computed());
    CHECK(seen.ran.size() == 1);
    CHECK(same_values(y, Tensor::copy_of({2.0f, 4.0f, 6.0f}, {3})));
  }

  TEST_CASE("an op with several outputs runs at once") {
    const std::vector<Tensor> parts = split(three, 3);
    REQUIRE(parts.size() == 3);
    CHECK(parts[2].computed());
    CHECK(parts[2].item() == 3);
  }

  TEST_CASE("commit has nothing to do") { CHECK_NOTHROW(commit()); }
}

TEST_SUITE("recording") {
  TEST_CASE("while a tape is open an op records and computes nothing") {
    seen.clear();
    const Tape tape;
    const Tensor y = probe(three);
    CHECK(!y.computed());
    CHECK(y.shape() == Shape{3});
    CHECK(y.dtype() == DType::f32);
    CHECK(seen.ran.empty());
    CHECK(tape.recording().size() == 2);
    CHECK(tape.recording()[0].name() == "constant");
    CHECK(tape.recording()[1].name() == "probe");
  }

  TEST_CASE("a tensor from outside enters once, however often it is used") {
    const Tape tape;
    const Tensor copy = three;
    const Tensor y = three * copy + three;
    CHECK(tape.recording().size() == 3);
    CHECK(tape.recording()[1].inputs()[0] == tape.recording()[1].inputs()[1]);
  }

  TEST_CASE("a node has its outputs in a row, each with shape and dtype") {
    const Tape tape;
    const std::vector<Tensor> parts = split(three, {1, 2});
    const RecordingView recording = tape.recording();
    const NodeView node = recording[1];
    CHECK(node.outputs() == 2);
    CHECK(recording.shape(node.first_output()) == Shape{1});
    CHECK(recording.shape(node.first_output() + 1) == Shape{2});
    CHECK(recording.node_of(node.first_output() + 1) == node.id());
  }

  TEST_CASE("a node may have very many inputs, outputs and integers") {
    const Tape tape{Tape::forward_only};
    const std::vector<std::int64_t> sizes(100'000, 1);
    const std::vector<Tensor> parts = split(arange(100'000), sizes);
    const Tensor all = concat(parts, 0);
    CHECK(same_values(all, arange(100'000)));
    CHECK(parts[99'999].item() == 99'999);
  }

  TEST_CASE("equal structures have equal hashes, whatever the numbers") {
    const auto hash = [](const Tensor& x, double number, bool swap) {
      const Tape tape;
      const Tensor y = x * number;
      const Tensor z = swap ? x + y : y + x;
      return tape.recording().structural_hash();
    };
    CHECK(hash(three, 2, false) == hash(Tensor::copy_of({4.0f, 5.0f, 6.0f}, {3}), 7, false));
    if (detail::bits_of_hashes != ~std::uint64_t{0}) return;
    CHECK(hash(three, 2, false) != hash(three, 2, true));
    CHECK(hash(three, 2, false) != hash(Tensor::copy_of({4.0f, 5.0f}, {2}), 2, false));
    CHECK(hash(three, 2, false) != hash(Tensor::copy_of({4.0, 5.0, 6.0}, {3}), 2, false));
  }

  TEST_CASE("the initialisation of a layer is never recorded") {
    const Tape tape;
    Random random{1};
    const Parameters parameters{random};
    (parameters / "layer").parameter("w", {2, 2}, [](auto values, Shape, RandomStream& stream) {
      for (double& v : values) v = stream.normal();
    });
    CHECK(tape.recording().size() == 0);
  }
}

TEST_SUITE("nested tapes") {
  TEST_CASE("ops go to the innermost tape, and to the outer one when that has ended") {
    const Tape outer;
    {
      const Tape inner;
      const Tensor y = three + 1;
      CHECK(inner.recording().size() == 3);
      CHECK(outer.recording().size() == 0);
    }
    const Tensor y = three + 1;
    CHECK(outer.recording().size() == 3);
  }

  TEST_CASE("what is pending on the outer tape cannot be used on the inner one") {
    const Tape outer;
    const int opened = __LINE__ - 1;
    const Tensor y = three + 1;
    const Tape inner;
    CHECK(message_before_place<TapeError>([&] { y * 2; }) ==
          "mul: a tensor [3] that is still pending on the outer tape opened at " + here(opened) +
              "; detach() it to use its numbers on this one");
  }

  TEST_CASE("what the outer tape computed enters the inner one as a constant") {
    const Tape outer;
    const Tensor y = three + 1;
    evaluate(y);
    const Tape inner;
    const Tensor z = y * 2;
    CHECK(inner.recording()[0].name() == "constant");
    CHECK(same_values(z, Tensor::copy_of({4.0f, 6.0f, 8.0f}, {3})));
  }

  TEST_CASE("the numbers of an outer tape can be asked for while an inner one is open") {
    const Tape outer;
    const Tensor y = sum(three);
    const Tape inner;
    const Tensor z = three + 1;
    CHECK(y.item() == 6);
    CHECK(!z.computed());
    CHECK(inner.recording().size() == 3);
  }

  TEST_CASE("the outer tape may end first") {
    auto outer = std::make_unique<Tape>();
    const Tape inner;
    outer.reset();
    const Tensor y = sum(three);
    CHECK(inner.recording().size() == 2);
    CHECK(y.item() == 6);
  }
}

TEST_SUITE("ended tapes") {
  TEST_CASE("a value computed before its tape ended stays readable and usable") {
    Tensor y;
    {
      const Tape tape;
      y = three + 1;
      evaluate(y);
    }
    CHECK(same_values(y, Tensor::copy_of({2.0f, 3.0f, 4.0f}, {3})));
    CHECK(sum(y).item() == 9);
    const Tape next;
    CHECK(sum(y).item() == 9);
  }

  TEST_CASE("one never computed says so") {
    Tensor y;
    {
      const Tape tape;
      y = three + 1;
    }
    const int recorded = __LINE__ - 2;
    CHECK(!y.computed());
    CHECK(y.shape() == Shape{3});
    const std::string advice = ": a tensor [3] of add (" + here(recorded) +
                               ") that was not computed before its tape, "
                               "opened at " +
                               here(recorded - 1) +
                               ", ended; ask for its numbers (item, values, detach, "
                               "evaluate) while the tape is open";
    CHECK(message_before_place<TapeError>([&] { y.values<float>(); }) == "values" + advice);
    CHECK(message_before_place<ShapeError>([&] { y.item(); }) ==
          "item: a tensor [3]; it must have one element");
    CHECK(message_before_place<TapeError>([&] { y + 1; }) == "add" + advice);
    CHECK_THROWS_AS(evaluate(y), TapeError);
    CHECK_THROWS_AS(y.detach(), TapeError);
    const Tape next;
    CHECK(message_before_place<TapeError>([&] { y + 1; }) == "add" + advice);
  }

  TEST_CASE("the end of a tape computes nothing") {
    seen.clear();
    Tensor y;
    {
      const Tape tape;
      y = probe(three);
    }
    CHECK(seen.ran.empty());
  }
}

TEST_SUITE("dice") {
  TEST_CASE("only a tape with dice is for training") {
    CHECK(!training());
    {
      const Tape tape;
      CHECK(!training());
    }
    Random random{7};
    const Tape outer{random};
    CHECK(training());
    const Tape inner{Tape::forward_only};
    CHECK(!training());
  }

  TEST_CASE("a draw without dice says where they come from") {
    const std::string message =
        "dropout_mask: no training tape is open; random numbers come from `Tape tape{random}`";
    CHECK(message_of<TapeError>([] { draw_dice("dropout_mask"); }) == message);
    const Tape tape;
    CHECK(message_of<TapeError>([] { draw_dice("dropout_mask"); }) == message);
  }

  TEST_CASE("equal seeds throw equal dice, each tape and each draw others") {
    const auto play = [](std::uint64_t seed) {
      Random random{seed};
      std::vector<Tensor> drawn;
      for (int k = 0; k < 2; ++k) {
        const Tape tape{random};
        drawn.push_back(random_uniform({4}));
        drawn.push_back(random_uniform({4}));
        evaluate(drawn[drawn.size() - 2], drawn.back());
      }
      return drawn;
    };
    const std::vector<Tensor> first = play(3);
    const std::vector<Tensor> again = play(3);
    const std::vector<Tensor> other = play(4);
    for (std::size_t k = 0; k < 4; ++k) {
      CAPTURE(k);
      CHECK(same_values(first[k], again[k]));
      CHECK(!same_values(first[k], other[k]));
      for (std::size_t j = 0; j < k; ++j) CHECK(!same_values(first[k], first[j]));
    }
  }

  TEST_CASE("what is drawn does not depend on when it is read") {
    const auto play = [](bool read) {
      Random random{5};
      const Tape tape{random};
      const Tensor a = random_uniform({4});
      if (read) evaluate(a);
      const Tensor b = random_uniform({4});
      return (a + b).detach();
    };
    CHECK(same_values(play(false), play(true)));
  }
}

TEST_SUITE("forward_only") {
  TEST_CASE("a computed node forgets its inputs") {
    const Tape tape{Tape::forward_only};
    Tensor h = three;
    for (int t = 0; t < 5; ++t) h = h + 1;
    CHECK(tape.recording().size() == 11);
    CHECK(sum(h).item() == 21);
    CHECK(tape.recording().size() == 0);
  }

  TEST_CASE("what is held goes on as a constant") {
    const Tape tape{Tape::forward_only};
    Tensor h = three;
    for (int t = 0; t < 100; ++t) {
      h = h + 1;
      if (t % 10 == 9) evaluate(h);
      CHECK(tape.recording().size() <= 21);
    }
    CHECK(same_values(h, Tensor::copy_of({101.0f, 102.0f, 103.0f}, {3})));
  }
}

}  // namespace
}  // namespace chronograd
