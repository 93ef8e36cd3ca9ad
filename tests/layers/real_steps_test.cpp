#include <doctest/doctest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/sequence_mask.h"
#include "chronograd/ops/slice.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using namespace test;

struct Model {
  Random random{1};
  Parameters parameters{random, DType::f64};
  LSTMCell cell{parameters / "cell", {.input = 2, .hidden = 3}};
};

Tensor mask_of(const std::vector<std::int64_t>& ones, Shape shape) {
  return not_equal(Tensor::copy_of(ones, shape), 0).detach();
}

TEST_CASE("a mask of any pattern leaves out the steps that are not real, in both directions") {
  const std::vector<std::int64_t> real{0, 1, 3};  // of five: a gap, and padding behind
  for (const bool backwards : {false, true}) {
    const Model m;
    Draw draw{1};
    const Tensor short_xs = draw.tensor({3, 1, 2});
    const Tensor bad = full({1, 1, 2}, not_a_number, DType::f64);
    const Tensor xs = concat({slice(short_xs, 0, 0, 2), bad, slice(short_xs, 0, 2, 3), bad}, 0);
    const Tensor whole = xs.detach();
    const Tensor mask = mask_of({1, 1, 0, 1, 0}, {5, 1});
    const Tape tape;
    const auto found = unroll(m.cell, whole, {.mask = mask, .backwards = backwards});
    const auto wanted = unroll(m.cell, short_xs, {.backwards = backwards});
    CHECK(near(found.last.h, wanted.last.h));
    CHECK(near(found.last.c, wanted.last.c));
    for (std::size_t k = 0; k < real.size(); ++k) {
      CHECK(near(at(found.outputs, real[k]), at(wanted.outputs, static_cast<std::int64_t>(k))));
    }
    CHECK(same_values(at(found.outputs, 2), zeros({1, 3}, DType::f64)));
    const Tensor dx = gradient(sum(found.outputs), whole);
    const Tensor wanted_dx = gradient(sum(wanted.outputs), short_xs);
    CHECK(near(at(dx, 3), at(wanted_dx, 2)));
    CHECK(same_values(at(dx, 2), zeros({1, 2}, DType::f64)));
    const Gradients gradients = backward(sum(found.outputs), m.parameters);
    for (const auto& [path, entry] : backward(sum(wanted.outputs), m.parameters)) {
      CHECK(near(gradients.at(path), entry.gradient));
    }
  }
}

TEST_CASE("a mask of lengths is the lengths, and padding in front ends where the sequence does") {
  const Model m;
  Draw draw{2};
  const Tensor xs = draw.tensor({4, 2, 2});
  const Tensor lengths = Tensor::copy_of({std::int64_t{2}, std::int64_t{4}}, {2});
  const auto by_mask = unroll(m.cell, xs, {.mask = sequence_mask(lengths, 4)});
  CHECK(same_values(by_mask.outputs, unroll(m.cell, xs, {.lengths = lengths}).outputs));
  const auto front = unroll(m.cell, xs, {.mask = mask_of({0, 1, 0, 1, 1, 1, 1, 1}, {4, 2})});
  CHECK(same_values(at(front.outputs, 3), front.last.h));
}

TEST_CASE("gradients through a mask match finite differences") {
  const Model m;
  Draw draw{3};
  check_gradients(
      m.parameters,
      [&](std::span<const Tensor> x) {
        return unroll(m.cell, x[0], {.mask = mask_of({0, 1, 1, 0, 1, 1}, {3, 2})}).outputs;
      },
      {draw.tensor({3, 2, 2})});
}

TEST_CASE("masks that fit no sequence are refused with what they are") {
  const Model m;
  const Tensor xs = zeros({4, 2, 2}, DType::f64);
  const auto run = [&](UnrollOptions<LSTMState> options) { unroll(m.cell, xs, options); };
  CHECK(message_before_place<ShapeError>([&] {
          unroll(m.cell, xs, {.mask = zeros({2, 4}, DType::boolean)});
        }) == "unroll: a mask [2, 4] for 4 steps and a batch of 2; it must be [4, 2]");
  CHECK(message_before_place<DTypeError>([&] {
          unroll(m.cell, xs, {.mask = zeros({4, 2})});
        }) == "unroll: a mask of f32; it must be bool");
  CHECK(message_before_place<ShapeError>([&] {
          unroll(m.cell, xs,
                 {.lengths = zeros({2}, DType::i64), .mask = zeros({4, 2}, DType::boolean)});
        }) == "unroll: lengths [2] and a mask [4, 2]; give one of them");
  CHECK_THROWS_AS(run({.lengths = zeros({2, 1}, DType::i64)}), ShapeError);
}

TEST_CASE("no sequences and no steps are defined: empty outputs and the initial state") {
  for (const bool planned : {false, true}) {
    const Planning planning{planned};
    for (const auto& [time, batch] : {std::pair{3, 0}, {0, 2}, {0, 0}}) {
      const Model m;
      const Tape tape;
      const Tensor xs = zeros({time, batch, 2}, DType::f64);
      const Tensor lengths = zeros({batch}, DType::i64);
      const Tensor mask = zeros({time, batch}, DType::boolean);
      for (const UnrollOptions<LSTMState>& options : {UnrollOptions<LSTMState>{},
                                                      {.lengths = lengths},
                                                      {.mask = mask},
                                                      {.backwards = true}}) {
        const auto [outputs, last] = unroll(m.cell, xs, options);
        CHECK(outputs.shape() == Shape{time, batch, 3});
        CHECK(same_values(last.c, zeros({batch, 3}, DType::f64)));
        for (const auto& [path, entry] : backward(sum(outputs) + sum(last.h), m.parameters)) {
          CHECK(same_values(entry.gradient, zeros(entry.gradient.shape(), DType::f64)));
        }
      }
    }
  }
}

}  // namespace
}  // namespace chronograd
