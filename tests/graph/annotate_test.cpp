#include "chronograd/graph/annotate.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

const Tensor x = Tensor::copy_of({1.0f, 2.0f}, {2});

NodeView last(const Tape& tape) {
  return tape.recording()[static_cast<NodeId>(tape.recording().size() - 1)];
}

struct Model {
  static void zero(std::span<double>, Shape, RandomStream&) {}
  Random random{1};
  Parameters parameters{random};
  Parameter u = (parameters / "encoder" / "cell").parameter("u", {2}, zero);
  Parameter v = (parameters / "decoder").parameter("v", {2}, zero);
};

TEST_SUITE("roles") {
  TEST_CASE("named gives a tensor a role") {
    const Tape tape;
    const Tensor weights = named("weights", x + 1);
    CHECK(role_of(weights) == "weights");
    CHECK(tape.recording().role(last(tape).first_output()) == "weights");
    CHECK(role_of(x + 2).empty());
  }

  TEST_CASE("without a tape there are no roles, and naming changes nothing") {
    CHECK(role_of(named("weights", x)).empty());
    CHECK(same_values(named("weights", x), x));
  }

  TEST_CASE("an elementwise op of one input passes the role on, one of two does not") {
    const Tape tape;
    const Tensor gate = named("gate", x + 1);
    CHECK(role_of(sigmoid(gate)) == "gate");
    CHECK(role_of(tanh(sigmoid(gate))) == "gate");
    CHECK(role_of(gate * x).empty());
    CHECK(role_of(sum(gate)).empty());
  }

  TEST_CASE("the names of a split are the roles of its parts") {
    const Tape tape;
    const auto [i, f] = split(x + 1, "input_gate", "forget_gate");
    CHECK(role_of(i) == "input_gate");
    CHECK(role_of(f) == "forget_gate");
  }
}

TEST_SUITE("scopes") {
  TEST_CASE("a node takes the scope that is open") {
    const Model m;
    const Tape tape;
    {
      const InScope outer{"model"};
      const Tensor a = m.u + x;
      CHECK(last(tape).scope() == "model");
      {
        const InScope inner{"model/attention"};
        const Tensor b = a + x;
        CHECK(last(tape).scope() == "model/attention");
      }
      const Tensor c = x * x;
      CHECK(last(tape).scope() == "model");
    }
    const Tensor d = x * x;
    CHECK(last(tape).scope().empty());
  }

  TEST_CASE("else that of the parameter it reads") {
    const Model m;
    const Tape tape;
    const Tensor a = m.u * x;
    const Tensor b = a + m.v;
    CHECK(last(tape).scope() == "decoder");
  }

  TEST_CASE("else that of its first input that has one") {
    const Model m;
    const Tape tape;
    const Tensor a = x + (m.u * x);
    CHECK(last(tape).scope() == "encoder/cell");
    const Tensor b = a * (m.v * x);
    CHECK(last(tape).scope() == "encoder/cell");
  }
}

TEST_SUITE("time steps") {
  TEST_CASE("nodes recorded in a loop over steps carry the step") {
    const Tape tape;
    Tensor h = x;
    std::vector<int> seen;
    for (const int t : steps(3)) {
      h = h + 1;
      seen.push_back(last(tape).place().step);
      CHECK(seen.back() == t);
    }
    CHECK(seen == std::vector<int>{0, 1, 2});
    h = h + 1;
    CHECK(last(tape).place().step == -1);
  }

  TEST_CASE("time steps count down when a loop goes backwards") {
    std::vector<int> seen;
    for (const int t : steps_backwards(3)) seen.push_back(t);
    CHECK(seen == std::vector<int>{2, 1, 0});
  }

  TEST_CASE("after a break, a throw and an inner loop the step is what it was") {
    const Tape tape;
    const auto step = [&] {
      const Tensor y = x + 1;
      return last(tape).place().step;
    };
    for (const int t : steps(5)) {
      for (const int inner : steps(9)) {
        if (inner == 7) break;
      }
      CHECK(step() == t);
      try {
        for (const int inner : steps(9)) {
          if (inner == 3) throw std::runtime_error("stop");
        }
      } catch (const std::runtime_error&) {
      }
      CHECK(step() == t);
      if (t == 2) break;
    }
    CHECK(step() == -1);
  }

  TEST_CASE("no steps are none, and fewer are refused") {
    for (const int t : steps(0)) FAIL("there is no step ", t);
    for (const int t : steps_backwards(0)) FAIL("there is no step ", t);
    CHECK(test::message_before_place<ValueError>([] { steps(-1); }) ==
          "steps: -1 steps; from 0 to 2147483647 are possible");
  }
}

TEST_SUITE("source lines") {
  TEST_CASE("a node knows the line of its op") {
    const Tape tape;
    const Tensor y = x + 1;
    CHECK(last(tape).place().line.line == __LINE__ - 1);
    CHECK(std::string(last(tape).place().line.file) == "tests/graph/annotate_test.cpp");
    const Tensor z = sigmoid(y);
    CHECK(last(tape).place().line.line == __LINE__ - 1);
  }

  TEST_CASE("a node knows the line that called the outermost layer") {
    const Tape tape;
    const CalledFrom user{{"seq2seq.cpp", 88}};
    const CalledFrom layer{{"layers/attention.cpp", 5}};
    const Tensor y = x + 1;
    CHECK(std::string(last(tape).place().caller.file) == "seq2seq.cpp");
    CHECK(last(tape).place().caller.line == 88);
  }
}

TEST_SUITE("gradients") {
  TEST_CASE("a node of a gradient shows its forward node's scope, role, step and line") {
    const Model m;
    const Tape tape;
    Tensor gate;
    unsigned line = 0;
    for (const int t : steps(2)) {
      if (t == 0) continue;
      const InScope scope{"model/cell"};
      gate = named("gate", m.u * x);
      line = __LINE__ - 1;
    }
    const NodeId forward = last(tape).id();
    const Tensor loss = sum(gate);
    const auto before = static_cast<NodeId>(tape.recording().size());
    const Gradients g = backward(loss, m.parameters);
    int found = 0;
    for (NodeId id = before; id < tape.recording().size(); ++id) {
      const NodeView node = tape.recording()[id];
      if (node.partner() != forward) continue;
      ++found;
      CHECK(node.is_gradient());
      CHECK(node.scope() == "model/cell");
      CHECK(node.place().step == 1);
      CHECK(node.place().line.line == line);
      CHECK(tape.recording().role(node.first_output()) == "gate");
    }
    CHECK(found == 1);
    const Tensor after = x + 1;
    CHECK(!last(tape).is_gradient());
  }

  TEST_CASE(
      "a gradient that an earlier tape recorded, too, shows what its forward nodes show now") {
    const Model m;
    for (const char* name : {"first", "second", "third"}) {
      const Tape tape;
      const InScope scope{name};
      const Tensor gate = m.u * x;
      const NodeId forward = last(tape).id();
      const Gradients g = backward(sum(named(name, gate)), m.parameters);
      const NodeView node = last(tape);
      REQUIRE(node.partner() == forward);
      CHECK(node.scope() == name);
      CHECK(tape.recording().role(node.first_output()) == name);
      CHECK(role_of(named("mine", g.at(m.u))) == "mine");
      CHECK(tape.recording().role(node.first_output()) == "mine");
    }
  }
}

TEST_SUITE("describe") {
  TEST_CASE("it tells op, role, type and place, and computes nothing") {
    const Model m;
    const Tape tape;
    for (const int t : steps(4)) {
      if (t < 3) continue;
      const Tensor y = named("gate", m.u * x);
      const int line = __LINE__ - 1;
      CHECK(
          describe(y) ==
          fmt::format("mul 'gate' f32 [2] (encoder/cell, step 3, tests/graph/annotate_test.cpp:{})",
                      line));
      CHECK(!y.computed());
    }
  }

  TEST_CASE("without a tape only the type is known") { CHECK(describe(x) == "f32 [2]"); }
}

}  // namespace
}  // namespace chronograd
