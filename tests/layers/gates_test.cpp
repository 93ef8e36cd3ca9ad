#include "chronograd/layers/gates.h"

#include <doctest/doctest.h>

#include "chronograd/layers/layer_norm.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/sqrt.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/sub.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

constexpr double epsilon = 1e-5;

Tensor normalised(const Tensor& x) {
  const Tensor centred = x - mean(x, -1, true);
  return centred / sqrt(mean(square(centred), -1, true) + epsilon);
}

Tensor normalised_rms(const Tensor& x) { return x / sqrt(mean(square(x), -1, true) + epsilon); }

struct Model {
  explicit Model(const GatesOptions& options)
      : parameters{random, DType::f64}, gates{parameters / "g", options} {
    scatter(parameters, draw);
    x = draw.tensor({4, options.input});
    h = draw.tensor({4, options.state == 0 ? options.hidden : options.state});
  }
  Tensor at(const char* path) const { return parameters.at(std::string("g/") + path).value(); }
  Tensor xw() const { return matmul(x, at("kernel")); }
  Tensor hu() const { return matmul(h, at("recurrent")); }

  Random random{1};
  Draw draw{1};
  Parameters parameters;
  Gates gates;
  Tensor x;
  Tensor h;
};

TEST_CASE("gates are both products and the bias") {
  const Model m{{.input = 3, .hidden = 2}};
  CHECK(near(m.gates(m.x, m.h), m.xw() + m.hu() + m.at("bias")));
  CHECK(m.gates(m.x, m.h).shape() == Shape{4, 8});
  const Model bare{{.input = 3, .hidden = 2, .bias = false}};
  CHECK(bare.parameters.size() == 2);
  CHECK(near(bare.gates(bare.x, bare.h), bare.xw() + bare.hu()));
}

TEST_CASE("a norm of the products takes each over all its columns") {
  const Model m{{.input = 3, .hidden = 2, .norm = Norm::products}};
  CHECK(near(m.gates(m.x, m.h),
             m.at("norm_x/gain") * normalised(m.xw()) + m.at("norm_h/gain") * normalised(m.hu()) +
                 m.at("bias"),
             1e-10));
  const Model rms{{.input = 3, .hidden = 2, .norm = Norm::rms_products}};
  CHECK(near(rms.gates(rms.x, rms.h),
             rms.at("norm_x/gain") * normalised_rms(rms.xw()) +
                 rms.at("norm_h/gain") * normalised_rms(rms.hu()) + rms.at("bias"),
             1e-10));
}

TEST_CASE("a norm of the sum comes after the bias") {
  const Model m{{.input = 3, .hidden = 2, .count = 1, .norm = Norm::sum}};
  const Tensor sum = m.xw() + m.hu() + m.at("bias");
  CHECK(near(m.gates(m.x, m.h), m.at("norm/gain") * normalised(sum) + m.at("norm/bias"), 1e-10));
  const Model rms{{.input = 3, .hidden = 2, .count = 1, .norm = Norm::rms_sum}};
  const Tensor other = rms.xw() + rms.hu() + rms.at("bias");
  CHECK(near(rms.gates(rms.x, rms.h), rms.at("norm/gain") * normalised_rms(other), 1e-10));
  CHECK(!rms.parameters.contains("g/norm/bias"));
}

TEST_CASE("the summands of x and h add up to the gates, in parts too") {
  for (const Norm norm : {Norm::none, Norm::products, Norm::rms_products}) {
    const Model m{{.input = 3, .hidden = 2, .count = 3, .recurrent_bias = true, .norm = norm}};
    CHECK(near(m.gates(m.x, m.h), m.gates.of_x(m.x) + m.gates.of_h(m.h)));
  }
  const Model m{{.input = 3, .hidden = 2, .count = 3, .recurrent_bias = true}};
  const Tensor parts = concat({m.gates.of_h(m.h, 0, 2), m.gates.of_h(m.h, 2, 1)}, -1);
  CHECK(near(parts, m.gates.of_h(m.h)));
}

TEST_CASE("a norm of some gates goes over their columns only") {
  const Model m{{.input = 3, .hidden = 2, .count = 3, .norm = Norm::products}};
  const Tensor product = matmul(m.h, slice(m.at("recurrent"), 1, 0, 4));
  CHECK(near(m.gates.of_h(m.h, 0, 2), slice(m.at("norm_h/gain"), 0, 0, 4) * normalised(product),
             1e-10));
}

TEST_CASE("the gradients of gates with every norm match finite differences") {
  for (const Norm norm :
       {Norm::none, Norm::products, Norm::sum, Norm::rms_products, Norm::rms_sum}) {
    const Model m{{.input = 2, .hidden = 3, .state = 2, .count = 2, .norm = norm}};
    check_gradients(m.parameters, [&](std::span<const Tensor> in) { return m.gates(in[0], in[1]); },
                    {m.x, m.h});
  }
}

TEST_CASE("each gate's first values may have an initialiser of its own") {
  Random random{1};
  const Parameters parameters{random, DType::f64};
  const Gates gates{parameters / "g",
                    {.input = 1,
                     .hidden = 2,
                     .count = 2,
                     .bias_initializer = init::blocks({init::constant(3), init::constant(5)})}};
  CHECK(numbers(parameters.at("g/bias").value()) == std::vector<double>{3, 3, 5, 5});
  CHECK(gates.zeros(3).shape() == Shape{3, 2});
}

TEST_CASE("bad options are refused before any parameter is made") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] { Gates(parameters / "a", {.hidden = 2}); }) ==
        "Gates: input = 0; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          Gates(parameters / "b", {.input = 2, .hidden = -1});
        }) == "Gates: hidden = -1; give a size of at least 1");
  CHECK(message_before_place<ValueError>([&] {
          Gates(parameters / "c", {.input = 2, .hidden = 2, .norm_epsilon = 0});
        }) == "Gates: norm_epsilon = 0.000000; it must be above 0 and finite");
  CHECK(parameters.size() == 0);
  const Model m{{.input = 3, .hidden = 2, .norm = Norm::sum}};
  CHECK(message_of<ValueError>([&] { (void)m.gates.of_x(m.x); }) ==
        "Gates: the norm of a sum has no summands; a cell that adds x W and h U itself, as a GRU, "
        "takes Norm::products");
}

}  // namespace
}  // namespace chronograd
