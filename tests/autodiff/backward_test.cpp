#include "chronograd/autodiff/backward.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/stop_gradient.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

using doctest::Approx;
using test::failing;
using test::message_before_place;
using test::message_of;

struct Model {
  static Initializer constant(double value) {
    return [value](auto values, Shape, RandomStream&) {
      for (double& number : values) number = value;
    };
  }
  Random random{1};
  Parameters parameters{random, DType::f64};
  Parameter w = (parameters / "encoder").parameter("w", {}, constant(2));
  Parameter b = (parameters / "encoder").parameter("b", {}, constant(3));
  Parameter v = (parameters / "decoder").parameter("v", {}, constant(5));
};

const Tensor x = Tensor::scalar(7, DType::f64);

TEST_SUITE("values") {
  TEST_CASE("gradients are those of the formulas") {
    const Model m;
    const Tape tape;
    const Tensor y = m.w * x + m.b;  // 17
    const Gradients g = backward(y * y * m.v, m.parameters);
    CHECK(g.size() == 3);
    CHECK(g.at(m.w).item() == 2 * 17 * 7 * 5);
    CHECK(g.at(m.b).item() == 2 * 17 * 5);
    CHECK(g.at(m.v).item() == 17 * 17);
  }

  TEST_CASE("a parameter used many times gets the sum") {
    const Model m;
    const Tape tape;
    Tensor h = x;
    double product = 7;
    for (int t = 0; t < 4; ++t) {
      h = h * m.w;
      product *= 2;
    }
    CHECK(h.item() == product);
    CHECK(backward(h, m.parameters).at(m.w).item() == 4 * product / 2);
  }

  TEST_CASE("gradients go through a recurrence of tanh and sigmoid") {
    const Model m;
    const Tape tape;
    const Tensor h1 = tanh(m.w * 0.1);
    const Tensor h2 = sigmoid(m.w * h1);
    const double a = std::tanh(0.2);
    const double s = 1 / (1 + std::exp(-2 * a));
    CHECK(backward(h2, m.parameters).at(m.w).item() ==
          Approx(s * (1 - s) * (a + 2 * 0.1 * (1 - a * a))).epsilon(1e-12));
  }

  TEST_CASE("a part of a split that nobody uses counts as zero") {
    Random random{1};
    const Parameters parameters{random, DType::f64};
    const Parameter w = parameters.root().parameter("w", {3}, Model::constant(2));
    const Tape tape;
    const std::vector<Tensor> parts = split(w * w, 3);
    const Tensor g = backward(reshape(parts[1], {}), parameters).at(w);
    CHECK(same_values(g, Tensor::copy_of({0.0, 4.0, 0.0}, {3})));
  }

  TEST_CASE("a loss with one element may have axes") {
    const Model m;
    const Tape tape;
    const Tensor g = backward(m.w * ones({1, 1}, DType::f64), m.parameters).at(m.w);
    CHECK(g.shape() == Shape{});
    CHECK(g.item() == 1);
  }

  TEST_CASE("asking twice gives the same bits") {
    const Model m;
    const Tape tape;
    const Tensor loss = sigmoid(m.w * x - m.b * 4.7);
    const Tensor first = backward(loss, m.parameters).at(m.w);
    CHECK(first.item() == backward(loss, m.parameters).at(m.w).item());
  }
}

TEST_SUITE("what is in the map") {
  TEST_CASE("parameters without a path are absent, and `at` says so") {
    const Model m;
    const Tape tape;
    const Tensor unused = m.b * 2;
    const Gradients g = backward(m.w * x, m.parameters);
    CHECK(g.size() == 1);
    CHECK(!g.contains(m.b));
    CHECK(!g.contains(m.v));
    CHECK(message_before_place<ParameterError>([&] { g.at(m.v); }) ==
          "gradients: no path from loss to decoder/v");
  }

  TEST_CASE("they come in path order") {
    const Model m;
    const Tape tape;
    std::string order;
    for (const auto& [path, entry] : backward(m.w * m.v * m.b, m.parameters)) order += path + " ";
    CHECK(order == "decoder/v encoder/b encoder/w ");
  }

  TEST_CASE("a scope or a list selects the parameters") {
    const Model m;
    const Tape tape;
    const Tensor loss = m.w * m.v * m.b;
    CHECK(backward(loss, m.parameters / "encoder").size() == 2);
    CHECK(backward(loss, m.parameters / "nothing").empty());
    const std::vector<Parameter> two{m.v, m.w};
    CHECK(backward(loss, two).size() == 2);
    CHECK(!backward(loss, two).contains(m.b));
  }

  TEST_CASE("a recorded loss without a path to the parameters gives none, and that is no error") {
    const Model m;
    const Tape tape;
    CHECK(backward(m.v * x, m.parameters / "encoder").empty());
    CHECK(backward(x * x, m.parameters).empty());
    CHECK(backward((m.w * x).detach() * x, m.parameters).empty());
    CHECK(backward(stop_gradient(m.w * x), m.parameters).empty());
  }

  TEST_CASE("no gradient flows through detached and stopped tensors") {
    const Model m;
    const Tape tape;
    const Tensor y = m.w * x;
    CHECK(!backward(y.detach() * m.b, m.parameters).contains(m.w));
    CHECK(!backward(stop_gradient(y) * m.b, m.parameters).contains(m.w));
    CHECK(backward(stop_gradient(y) * y, m.parameters).at(m.w).item() == 14 * 7);
  }
}

TEST_SUITE("recording") {
  TEST_CASE("backward computes nothing") {
    const Model m;
    test::seen.clear();
    const Tape tape;
    const Gradients g = backward(test::probe(m.w * x), m.parameters);
    CHECK(test::seen.ran.empty());
    CHECK(!g.at(m.w).computed());
  }

  TEST_CASE("what no gradient needs is not recorded") {
    const Model m;
    const Tape tape;
    const Tensor loss = sigmoid(x * 2) + m.w;
    const std::size_t before = tape.recording().size();
    const Gradients g = backward(loss, m.parameters);
    CHECK(tape.recording().size() <= before + 2);  // the one that starts it, and its number
    CHECK(g.at(m.w).item() == 1);
  }
}

TEST_SUITE("errors") {
  TEST_CASE("the loss has one element") {
    const Model m;
    const Tape tape;
    CHECK(message_before_place<ShapeError>([&] {
            backward(m.w * ones({2, 3}, DType::f64), m.parameters);
          }) == "backward: a loss of shape [2, 3]; it must have one element, take its mean or sum");
  }

  TEST_CASE("the loss has a history") {
    const Model m;
    const std::string message =
        "backward: a tensor [] without history; it must come from ops recorded on a tape that is "
        "open: open a Tape before the loss";
    CHECK(message_before_place<TapeError>([&] { backward(m.w * x, m.parameters); }) == message);
    Tensor ended;
    {
      const Tape tape;
      ended = m.w * x;
      CHECK(message_before_place<TapeError>([&] { backward(ended.detach(), m.parameters); }) ==
            message);
    }
    const Tape tape;
    CHECK(message_before_place<TapeError>([&] { backward(ended, m.parameters); }) == message);
  }

  TEST_CASE("the loss is of the innermost tape, and that may be differentiated") {
    const Model m;
    const Tape outer;
    const Tensor loss = m.w * x;
    const Tape inner{Tape::forward_only};
    CHECK(message_before_place<TapeError>([&] { backward(loss, m.parameters); }) ==
          "backward: a tensor of an outer tape; end the inner one first");
    CHECK(message_before_place<TapeError>([&] { backward(m.w * x, m.parameters); }) ==
          "backward: a tape that is forward_only; open it as `Tape tape;` to differentiate");
  }

  TEST_CASE("the loss is floating") {
    const Model m;
    const Tape tape;
    CHECK(message_before_place<DTypeError>([&] { backward(less(m.w * x, 1.0), m.parameters); }) ==
          "backward: a tensor of bool; gradients are taken of f32 or f64");
  }

  TEST_CASE("an op without a rule in between is named, with its place") {
    const Model m;
    const Tape tape;
    const Tensor y = failing(m.w * x);
    const int line = __LINE__ - 1;
    CHECK(message_of<Error>([&] { backward(y, m.parameters); }) ==
          fmt::format("failing: it has no gradient rule but lies between the loss and what the "
                      "gradient is taken of (encoder, tests/autodiff/backward_test.cpp:{})",
                      line));
  }

  TEST_CASE("a rule that reads what it did not declare, or has another shape, is told") {
    static const Op careless{
        .name = "careless",
        .infer = infer_broadcast,
        .gradient = [](const Differential& d, int) { return d.dy() * d.input(0); },
    };
    static const Op misshapen{
        .name = "misshapen",
        .infer = infer_broadcast,
        .gradient = [](const Differential&, int) { return ones({2}, DType::f64); },
    };
    const Model m;
    const Tape tape;
    CHECK(message_of<Error>([&] { backward(apply(careless, {m.w}), m.parameters); }) ==
          "careless: its gradient rule reads input 0; declare it in gradient_reads");
    CHECK(message_of<ShapeError>([&] { backward(apply(misshapen, {m.w}), m.parameters); }) ==
          "misshapen: its gradient rule gave [2] for input 0; it is []");
    const Tensor after = x * 2;
    CHECK(!tape.recording()[static_cast<NodeId>(tape.recording().size() - 1)].is_gradient());
  }
}

}  // namespace
}  // namespace chronograd
