#include "chronograd/layers/conv1d.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "chronograd/ops/full.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"

namespace chronograd {
namespace {

using namespace test;

TEST_CASE("every step is the sum over what its filter sees, in each padding") {
  Draw draw{1};
  for (const ConvPadding padding : {ConvPadding::valid, ConvPadding::same, ConvPadding::causal}) {
    for (const std::int64_t stride : {1, 2, 3}) {
      for (const std::int64_t dilation : {1, 2}) {
        Random random{1};
        const Parameters parameters{random, DType::f64};
        const Conv1D conv{parameters / "c",
                          {.input = 2,
                           .output = 3,
                           .width = 3,
                           .stride = stride,
                           .dilation = dilation,
                           .padding = padding}};
        scatter(parameters, draw);
        const std::int64_t time = 7, seen = 2 * dilation + 1;
        const Tensor xs = draw.tensor({time, 1, 2});
        const Tensor found = conv(xs);
        std::int64_t steps = (time + stride - 1) / stride, before = seen - 1;
        if (padding == ConvPadding::valid) {
          steps = (time - seen) / stride + 1;
          before = 0;
        } else if (padding == ConvPadding::same) {
          before = std::max<std::int64_t>(0, (steps - 1) * stride + seen - time) / 2;
        }
        REQUIRE(found.shape() == Shape{steps, 1, 3});
        const Matrix x{xs}, y{found}, w{parameters.at("c/weight").value()};
        const Matrix b{parameters.at("c/bias").value()};
        for (std::int64_t t = 0; t < steps; ++t) {
          for (std::int64_t n = 0; n < 3; ++n) {
            double wanted = b(0, n);
            for (std::int64_t k = 0; k < 3; ++k) {
              const std::int64_t s = t * stride + k * dilation - before;
              if (s < 0 || s >= time) continue;
              for (std::int64_t i = 0; i < 2; ++i) wanted += x(s, i) * w(k * 2 + i, n);
            }
            CHECK(near(y(t, n), wanted));
          }
        }
        if (stride == 3) continue;
        const std::vector<Tensor> inputs{xs};
        const GradientCheck check = check_gradient(
            [&](std::span<const Tensor> in) { return conv(in[0]); }, parameters, inputs);
        CHECK_MESSAGE(check, check.message);
      }
    }
  }
}

TEST_CASE("what does not fit is named") {
  Random random{1};
  const Parameters parameters{random};
  CHECK(message_before_place<ValueError>([&] {
          Conv1D(parameters / "a", {.input = 1, .output = 1, .width = 2, .stride = 0});
        }) == "Conv1D: stride = 0; give a size of at least 1");
  CHECK(parameters.size() == 0);
  const Conv1D conv{parameters / "a", {.input = 1, .output = 1, .width = 3, .dilation = 2}};
  CHECK(message_before_place<ShapeError>([&] {
          conv(zeros({4, 1, 1}));
        }) == "Conv1D: a filter over 5 steps for a sequence of 4; it must be as long, or pad it");
  CHECK(message_before_place<ShapeError>([&] {
          conv(zeros({4, 1, 2}));
        }) == "Conv1D: a sequence [4, 1, 2]; it must be [time, batch, 1]");
}

}  // namespace
}  // namespace chronograd
