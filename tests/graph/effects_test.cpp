#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "tests/graph/probe.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using test::failing;
using test::message_before_place;
using test::message_of;
using test::probe;
using test::seen;

struct Model {
  static Initializer constant(double value) {
    return [value](auto values, Shape, RandomStream&) {
      for (double& v : values) v = value;
    };
  }
  double now(const Parameter& p) const { return p.value().item(); }

  Random random{1};
  Parameters parameters{random};
  Parameter a = (parameters / "model").parameter("a", {}, constant(2));
  Parameter b = (parameters / "model").parameter("b", {}, constant(3));
  Parameter count = (parameters / "model").state("count", {}, constant(0));
};

TEST_SUITE("assign") {
  TEST_CASE("an effect runs on commit, and not before") {
    const Model m;
    Tape tape;
    assign(m.a, m.a + 5);
    CHECK(m.now(m.a) == 2);
    tape.commit();
    CHECK(m.now(m.a) == 7);
  }

  TEST_CASE("reading a value never triggers an effect") {
    const Model m;
    {
      const Tape tape;
      const Tensor next = m.a + 5;
      assign(m.a, next);
      CHECK(next.item() == 7);
      CHECK((m.a * 2).item() == 14);
      CHECK(m.now(m.a) == 2);
    }
    CHECK(m.now(m.a) == 2);
  }

  TEST_CASE("without a tape it takes effect at once") {
    const Model m;
    assign(m.a, Tensor::scalar(9));
    CHECK(m.now(m.a) == 9);
  }

  TEST_CASE("reads see what was assigned before them, in recorded order") {
    const Model m;
    Tape tape;
    const Tensor first = m.a * 1;
    assign(m.a, m.a + 1);
    const Tensor second = m.a * 1;
    assign(m.a, m.a + 1);
    const Tensor third = m.a * 1;
    CHECK(third.item() == 4);
    CHECK(second.item() == 3);
    CHECK(first.item() == 2);
    tape.commit();
    CHECK(m.now(m.a) == 4);
    CHECK((m.a * 1).item() == 4);
    CHECK(first.item() == 2);
  }

  TEST_CASE("several commits of one tape follow each other") {
    const Model m;
    Tape tape;
    for (int k = 1; k <= 5; ++k) {
      assign(m.a, m.a + 1);
      tape.commit();
      CHECK(m.now(m.a) == 2 + k);
    }
  }

  TEST_CASE(
      "an assignment on a forward_only tape waits for its commit, with evaluations in between") {
    const Model m;
    Tape tape{Tape::forward_only};
    assign(m.count, m.count + 1);
    CHECK((m.count * 1).item() == 1);
    assign(m.count, m.count + 1);
    CHECK((m.count * 1).item() == 2);
    CHECK(m.now(m.count) == 0);
    tape.commit();
    CHECK(m.now(m.count) == 2);
    assign(m.count, m.count + 1);
    tape.commit();
    CHECK(m.now(m.count) == 3);
  }

  TEST_CASE("a value that is assigned to two parameters is each one's") {
    const Model m;
    Tape tape;
    const Tensor value = m.a + m.b;
    assign(m.a, value);
    assign(m.b, value);
    tape.commit();
    CHECK(m.now(m.a) == 5);
    CHECK(m.now(m.b) == 5);
    assign(m.a, m.a + 1);
    tape.commit();
    CHECK(m.now(m.b) == 5);
  }

  TEST_CASE("shape and dtype must be the parameter's") {
    const Model m;
    CHECK(message_before_place<ShapeError>([&] {
            assign(m.a, Tensor::copy_of({1.0f, 2.0f}, {2}));
          }) == "assign: a tensor [2] for model/a; it must be []");
    CHECK(message_before_place<DTypeError>([&] { assign(m.a, Tensor::scalar(1, DType::f64)); }) ==
          "assign: a tensor of f64 for model/a; it must be f32");
  }

  TEST_CASE("commit computes what is held") {
    const Model m;
    Tape tape;
    const Tensor held = m.a * 10;
    assign(m.a, m.a + 1);
    tape.commit();
    CHECK(held.computed());
    CHECK(held.item() == 20);
  }
}

TEST_SUITE("all or none") {
  TEST_CASE("a failure leaves every parameter as it was, and asking again throws again") {
    const Model m;
    Tape tape;
    assign(m.a, m.a + 1);
    assign(m.b, failing(m.b));
    CHECK_THROWS_AS(tape.commit(), ValueError);
    CHECK(m.now(m.a) == 2);
    CHECK(m.now(m.b) == 3);
    CHECK_THROWS_AS(tape.commit(), ValueError);
    CHECK(m.now(m.a) == 2);
  }

  TEST_CASE("after a failure the tape takes a better value") {
    const Model m;
    Tape tape;
    assign(m.a, m.a + 1);
    assign(m.b, failing(m.b));
    CHECK_THROWS_AS(tape.commit(), ValueError);
    assign(m.b, Tensor::scalar(8));
    tape.commit();
    CHECK(m.now(m.a) == 3);
    CHECK(m.now(m.b) == 8);
  }

  TEST_CASE("a refused assign leaves the one before it, and the parameter free") {
    const Model m;
    const Tape outer;
    const Tensor pending = m.b * 1;
    {
      Tape tape{Tape::forward_only};
      assign(m.a, m.a + 1);
      CHECK((m.a * 1).item() == 3);
      CHECK_THROWS_AS(assign(m.a, pending), TapeError);
      CHECK_THROWS_AS(assign(m.b, pending), TapeError);
      CHECK((m.a * 1).item() == 3);
      tape.commit();
      CHECK(m.now(m.a) == 3);
    }
    Tape next;
    assign(m.b, m.b + 1);
    next.commit();
    CHECK(m.now(m.b) == 4);
  }

  TEST_CASE("something held that fails keeps the effects from running") {
    const Model m;
    Tape tape;
    assign(m.a, m.a + 1);
    const Tensor held = failing(m.b);
    CHECK_THROWS_AS(tape.commit(), ValueError);
    CHECK(m.now(m.a) == 2);
  }

  TEST_CASE("a tape that ends without commit has no effect") {
    const Model m;
    {
      const Tape tape;
      assign(m.a, m.a + 1);
    }
    CHECK(m.now(m.a) == 2);
    Tape tape;
    assign(m.a, m.a + 1);
    tape.commit();
    CHECK(m.now(m.a) == 3);
  }
}

TEST_SUITE("on condition") {
  TEST_CASE("assignments take effect if the condition says so, which sees the numbers") {
    const Model m;
    for (const bool planned : {true, false}) {
      const test::Planning planning{planned};
      const double before = m.now(m.a);
      Tape tape;
      const Tensor next = m.a + 5;
      assign(m.a, next);
      CHECK(tape.commit_if([&] { return next.computed() && m.now(m.a) == before; }));
      CHECK(m.now(m.a) == before + 5);
    }
  }

  TEST_CASE("when it says no all assignments are withdrawn, and reads see the numbers before") {
    for (const bool planned : {true, false}) {
      const test::Planning planning{planned};
      const Model m;
      Tape tape;
      const Tensor first = m.a * 1;
      assign(m.a, m.a + 1);
      assign(m.b, m.a * 10);
      CHECK(!tape.commit_if([] { return false; }));
      CHECK(m.now(m.a) == 2);
      CHECK((m.a * 1).item() == 2);
      CHECK((m.b * 1).item() == 3);
      CHECK(first.item() == 2);
      tape.commit();
      CHECK(m.now(m.a) == 2);
      assign(m.a, m.a + 4);
      tape.commit();
      CHECK(m.now(m.a) == 6);
      CHECK(m.now(m.b) == 3);
    }
  }

  TEST_CASE("what was committed before stays, and is what is read after a withdrawal") {
    for (const bool planned : {true, false}) {
      const test::Planning planning{planned};
      const Model m;
      Tape tape;
      assign(m.a, m.a + 1);
      tape.commit();
      assign(m.a, m.a + 1);
      CHECK(!tape.commit_if([] { return false; }));
      CHECK((m.a * 1).item() == 3);
      const Gradients g = backward(m.a * m.a, m.parameters);
      CHECK(g.at(m.a).item() == 6);
      CHECK(m.now(m.a) == 3);
    }
  }

  TEST_CASE("the same program may be granted once and refused once") {
    const Model m;
    for (const bool granted : {true, false, false, true, true, false}) {
      const double before = m.now(m.a);
      Tape tape;
      assign(m.a, m.a + 1);
      CHECK(tape.commit_if([&] { return granted; }) == granted);
      const Tensor loss = m.a * m.a;
      const double now = before + (granted ? 1 : 0);
      CHECK(backward(loss, m.parameters).at(m.a).item() == 2 * now);
      assign(m.a, m.a * 2);
      tape.commit();
      CHECK(m.now(m.a) == 2 * now);
    }
  }

  TEST_CASE("a condition that throws lets its error through, and nothing takes effect") {
    const Model m;
    Tape tape;
    assign(m.a, m.a + 1);
    CHECK_THROWS_AS(tape.commit_if([]() -> bool { throw ValueError("no"); }), ValueError);
    tape.commit();
    CHECK(m.now(m.a) == 2);
  }

  TEST_CASE("when computing throws before the condition is asked, nothing takes effect either") {
    const Model m;
    Tape tape;
    assign(m.a, failing(m.a));
    CHECK_THROWS_AS(tape.commit_if([] { return true; }), ValueError);
    assign(m.b, m.b + 1);
    tape.commit();
    CHECK(m.now(m.a) == 2);
  }

  TEST_CASE("a condition may not record") {
    const Model m;
    Tape tape;
    assign(m.a, m.a + 1);
    CHECK(message_of<TapeError>([&] { tape.commit_if([&] { return (m.a * 2).has_value(); }); }) ==
          "commit_if: the condition recorded ops; it may only look at numbers");
    CHECK(m.now(m.a) == 2);
  }

  TEST_CASE("commit_if works on a forward_only tape, too") {
    const Model m;
    Tape tape{Tape::forward_only};
    assign(m.count, m.count + 1);
    const Tensor next = m.count * 1;
    CHECK(!tape.commit_if([&] { return next.item() > 1; }));
    CHECK((m.count * 1).item() == 0);
    assign(m.count, m.count + 2);
    CHECK(tape.commit_if([] { return true; }));
    CHECK(m.now(m.count) == 2);
  }

  TEST_CASE("without a tape it is refused") {
    CHECK(message_of<TapeError>([] { commit_if([] { return true; }); }) ==
          "commit_if: no tape is open; it must be, before what is to be committed is assigned");
  }
}

TEST_SUITE("two tapes") {
  TEST_CASE("two tapes cannot assign the same parameter") {
    const Model m;
    Tape outer;
    assign(m.a, m.a + 1);
    {
      Tape inner;
      assign(m.b, m.b + 1);
      CHECK(message_before_place<TapeError>([&] { assign(m.a, m.b * 2); }) ==
            "assign: model/a has an uncommitted assignment on another open tape; one tape at a "
            "time may assign a parameter");
      inner.commit();
      CHECK(m.now(m.b) == 4);
      CHECK(m.now(m.a) == 2);
    }
    outer.commit();
    CHECK(m.now(m.a) == 3);
    CHECK(m.now(m.b) == 4);
  }

  TEST_CASE("after the commit of one, another may") {
    const Model m;
    Tape outer;
    assign(m.a, m.a + 1);
    outer.commit();
    Tape inner;
    assign(m.a, m.a + 1);
    inner.commit();
    CHECK(m.now(m.a) == 4);
  }

  TEST_CASE("the tape trains on after a commit, from the new values") {
    const Model m;
    Tape tape;
    double a = 2;
    for (int k = 0; k < 3; ++k) {
      const Tensor loss = m.a * m.a;
      const Gradients g = backward(loss, m.parameters);
      assign(m.a, m.a - g.at(m.a) * 0.25);
      tape.commit();
      CHECK(loss.item() == doctest::Approx(a * a));
      a -= 0.25 * 2 * a;
      CHECK(m.now(m.a) == doctest::Approx(a));
    }
  }
}

TEST_SUITE("overwritten weights") {
  TEST_CASE("another gradient of an old value throws and names the parameter") {
    const Model m;
    Tape tape;
    const Tensor loss = m.a * m.b * m.a;
    const int line = __LINE__ - 1;
    const Gradients g = backward(loss, m.parameters);
    assign(m.a, m.a - g.at(m.a) * 0.1);
    tape.commit();
    CHECK(loss.item() == 12);
    CHECK(message_before_place<TapeError>([&] {
            const Tensor b = backward(loss, m.parameters).at(m.b);
            evaluate(b);
          }) ==
          "parameter: the numbers of model/a that the gradient of mul (model, "
          "tests/graph/effects_test.cpp:" +
              std::to_string(line) +
              ") needs were overwritten by a step; take what depends on the old ones before it");
  }

  TEST_CASE("what was computed from the old weights stays as it was") {
    const Model m;
    Tape tape;
    const Tensor before = m.a * m.b;
    CHECK(before.item() == 6);
    assign(m.a, Tensor::scalar(100));
    tape.commit();
    CHECK(before.item() == 6);
    CHECK((m.a * m.b).item() == 300);
    CHECK((before + 1).item() == 7);
  }

  TEST_CASE("an optimizer step can be differentiated through") {
    const Model m;
    const Tape tape;
    const Tensor a = m.a * 1;  // the loss a^2 b falls by rate * 2ab: a' = a (1 - 0.2 b)
    const Gradients g = backward(m.a * m.a * m.b, m.parameters);
    assign(m.a, m.a - g.at(m.a) * 0.1);
    const Tensor later = m.a * m.a;
    CHECK(later.item() == doctest::Approx(0.64));
    const Gradients through = backward(later, m.parameters);
    CHECK(through.at(m.a).item() == doctest::Approx(2 * 0.8 * 0.4));
    CHECK(through.at(m.b).item() == doctest::Approx(2 * 0.8 * -0.4));
  }
}

TEST_SUITE("state") {
  TEST_CASE("backward skips state") {
    const Model m;
    const Tape tape;
    const Gradients g = backward(m.a * m.count + m.b, m.parameters);
    CHECK(g.contains(m.a));
    CHECK(g.contains(m.b));
    CHECK(!g.contains(m.count));
    CHECK(!m.count.trainable());
  }
}

}  // namespace
}  // namespace chronograd
