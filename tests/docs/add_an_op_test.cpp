#include <doctest/doctest.h>

#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/abs.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/square.h"
#include "tests/ops/gradient_case.h"

// The code of docs/add-an-op.md.

namespace chronograd {
namespace {

using namespace test;

/// x / (1 + |x|), elementwise. Any shape, f32 or f64. Gradient: dy / (1 + |x|)^2.
Tensor softsign(Operand x);

// Registers: 0 is x, 1 the number 1, then each result in order.
constexpr Instruction program[] = {
    {Scalar::abs, 0},     // 2: |x|
    {Scalar::add, 1, 2},  // 3: 1 + |x|
    {Scalar::div, 0, 3},  // 4: x / (1 + |x|)
};

Tensor gradient(const Differential& d, int) { return d.dy() / square(1 + abs(d.input(0))); }

const Op op{
    .name = "softsign",
    .infer = infer_floating,
    .program = {program},
    .gradient = gradient,
    .gradient_reads = {{{.inputs = 0b1}}},
};

Tensor softsign(Operand x) { return apply(op, {std::move(x), 1}); }

TEST_CASE("softsign is x / (1 + |x|)") {
  const Tensor x = Tensor::copy_of({-1.0, 0.0, 3.0}, {3});
  CHECK(same_values(softsign(x), Tensor::copy_of({-0.5, 0.0, 0.75}, {3})));
}

GRADIENT_CASE("softsign", Smooth::no, [](Draw& draw) -> Trial {
  return {{draw.away_from_zero(draw.shape())}, [](auto x) { return softsign(x[0]); }};
});

}  // namespace
}  // namespace chronograd
